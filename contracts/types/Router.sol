// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev What a router may do. Suspended and cancelled routers never come back under the same address.
enum RouterState {
    Unknown,
    Admitted,
    Left,
    Suspended,
    Cancelled
}

/// @dev A router for readers.
struct RouterView {
    /// @dev The router.
    address router;
    /// @dev What it may do now; a hold that nobody decided for 7 days shows as cancelled.
    RouterState state;
    /// @dev Bond in the diamond [MOR-wei].
    uint128 bondMor;
    /// @dev Sum of its day books that are not counted out yet [MOR-wei].
    uint128 openMor;
    /// @dev Part of today's budget [bps].
    uint16 shareBps;
    /// @dev Part of the budget from tomorrow on [bps].
    uint16 nextShareBps;
    /// @dev Its clock: time that was not spent under a hold [s].
    uint40 clock;
    /// @dev When the present hold began [s]; 0 = not held.
    uint40 heldAt;
    /// @dev When it can be held again [s].
    uint40 holdableFrom;
    /// @dev When its bond can leave [s]; 0 = it stays.
    uint40 withdrawableAt;
    /// @dev First UTC day whose book takes commits; 0 = no book yet.
    uint24 openDay;
}

/// @dev Rules that routers follow off chain, here so that everybody can recompute their choices.
struct RouterRules {
    // slot 0
    /// @dev X: an answer this much slower than the mean is not credited [bps].
    uint16 slowerBps;
    /// @dev Z: answers in the mean.
    uint16 meanAnswers;
    /// @dev Bids this much above the lowest are drawn by chance [bps].
    uint16 deltaBps;
    /// @dev Time between two commits of a day book [s].
    uint32 commitIntervalSeconds;
    /// @dev A larger uncommitted sum is committed at once [MOR-wei].
    uint128 commitThresholdMor;
}
