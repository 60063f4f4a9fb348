// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev How far the claims of a provider have walked.
struct CreditCursor {
    /// @dev Walked over and not paid [MOR-wei].
    uint128 vestedMor;
    /// @dev First UTC day that was not walked over; 0 = none was.
    uint24 nextDay;
}
