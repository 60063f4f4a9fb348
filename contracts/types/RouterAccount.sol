// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {RouterState} from "./Router.sol";

/// @dev A router as it is stored. Its clock stands still while it is held.
struct RouterAccount {
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
