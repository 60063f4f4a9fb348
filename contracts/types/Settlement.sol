// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev How the cost of a session is divided when it is closed [MOR-wei].
struct Settlement {
    /// @dev Length that counts [s].
    uint24 usedSeconds;
    /// @dev Price times booked length.
    uint128 costMor;
    /// @dev Price times the length that counts.
    uint128 earnedMor;
    /// @dev To the provider.
    uint128 creditedMor;
    /// @dev To the allowance of the day, or from escrow to the user.
    uint128 returnedMor;
    /// @dev Back to the pool, to nobody's allowance.
    uint128 backToPoolMor;
}
