// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Durations and costs of sessions.
library SessionMath {
    /// @dev Shortest session [s] (5 min).
    uint256 internal constant MIN_SECONDS = 300;
    /// @dev Longest session [s] (24 h).
    uint256 internal constant MAX_SECONDS = 86_400;
    /// @dev Longest window in which a Fail takes the pay back [s] (30 min).
    uint256 internal constant MAX_DISPUTE_SECONDS = 1_800;
    /// @dev The window is this part of the session.
    uint256 internal constant DISPUTE_PART = 10;

    /// @dev Seconds that count at `timestamp`.
    function usedSeconds(uint256 openedAt, uint256 durationSeconds, uint256 timestamp) internal pure returns (uint256) {
        uint256 elapsed = timestamp - openedAt;
        return elapsed < durationSeconds ? elapsed : durationSeconds;
    }

    /// @dev Length of the dispute window: a tenth of the session, at most 30 min, rounded down [s].
    function disputeSeconds(uint256 durationSeconds) internal pure returns (uint256) {
        uint256 window = durationSeconds / DISPUTE_PART;
        return window < MAX_DISPUTE_SECONDS ? window : MAX_DISPUTE_SECONDS;
    }
}
