// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Bits of a session's `flags`.
library SessionFlags {
    /// @dev The user pays from escrow, not the pool.
    uint8 internal constant DIRECT = 1;
    /// @dev The user's session stake was larger than the provider's stake at the opening.
    uint8 internal constant DISPUTABLE = 2;
    /// @dev The session is closed.
    uint8 internal constant CLOSED = 4;
    /// @dev The user said Pass.
    uint8 internal constant PASSED = 8;
    /// @dev The user said Fail.
    uint8 internal constant FAILED = 16;

    function has(uint8 flags, uint8 flag) internal pure returns (bool) {
        return flags & flag != 0;
    }
}
