// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev What a provider offers for a model.
struct BidPair {
    /// @dev Number of the next bid, of any unit.
    uint32 nextNonce;
    /// @dev Running number + 1 of the per-second bid that is not deleted; 0 = none.
    uint32 secondBid;
    /// @dev Running number + 1 of the token bid that is not deleted; 0 = none.
    uint32 tokenBid;
}
