// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Every MOR in the diamond belongs to exactly one of these.
enum TreasuryBucket {
    Pool,
    SessionStakes,
    AccessStakes,
    Unstaking,
    ProviderStakes,
    ModelStakes,
    RouterBonds,
    Escrow,
    Fees
}
