// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @dev What a router may do. Suspended and cancelled routers never come back under the same address.
enum RouterState {
    Unknown,
    Admitted,
    Left,
    Suspended,
    Cancelled
}

/// @dev A router as it is stored. Its clock stands still while it is held.
struct Router {
    // slot 0
    /// @dev Bond in the diamond [MOR-wei].
    uint128 bondMor;
    /// @dev What its day books that are not final and did not fall can take out of the pool, incentive included; no
    /// commit lifts it above the bond [MOR-wei].
    uint128 openMor;
    // slot 1
    /// @dev What it may do.
    RouterState state;
    /// @dev When the present hold began [s]; 0 = not held.
    uint40 heldAt;
    /// @dev Length of all holds that were released [s].
    uint40 heldSeconds;
    /// @dev When it can be held again [s].
    uint40 holdableFrom;
    /// @dev When it said that it leaves [s]; 0 = it stays.
    uint40 leavingAt;
    /// @dev First UTC day whose book takes commits; 0 = no book yet.
    uint24 openDay;
    /// @dev UTC day before which all its books are counted out of `openMor`.
    uint24 settledDay;
    // slot 2
    /// @dev Part of the budget it may credit, by UTC day [bps].
    Checkpoints.Trace208 shareBps;
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
