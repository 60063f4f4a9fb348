// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SessionMath} from "../../libraries/math/SessionMath.sol";

/// @title What the compiler's model checker proves of the seconds of sessions (check:smt).
contract SessionProofs {
    /// @notice What counts of a session is neither more than its length nor than the time that passed.
    function usedIsBounded(uint256 openedAt, uint256 durationSeconds, uint256 timestamp) external pure {
        if (openedAt > timestamp) return;
        uint256 used = SessionMath.usedSeconds(openedAt, durationSeconds, timestamp);
        assert(used <= durationSeconds && used <= timestamp - openedAt);
        assert(used == durationSeconds || used == timestamp - openedAt);
    }

    /// @notice The dispute window is at most half an hour and a tenth of the session, and ends before it.
    function disputeIsBounded(uint256 durationSeconds) external pure {
        uint256 window = SessionMath.disputeSeconds(durationSeconds);
        assert(window <= SessionMath.MAX_DISPUTE_SECONDS);
        assert(window <= durationSeconds / SessionMath.DISPUTE_PART);
        assert(durationSeconds == 0 || window < durationSeconds);
    }
}
