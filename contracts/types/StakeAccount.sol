// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @dev Stake of one person for one purpose; the sum over all persons has the same form.
struct StakeAccount {
    // slot 0
    /// @dev Active now [MOR-wei].
    uint128 activeMor;
    /// @dev UTC day of the last touch; 0 = never touched.
    uint24 day;
    // slot 1
    /// @dev Counts on `day`: the highest active stake of it [MOR-wei].
    uint128 countedMor;
    /// @dev Allowance used on `day` [MOR-wei].
    uint128 usedMor;
    // slot 2
    /// @dev Stake that counted, by day, for days before `day`.
    Checkpoints.Trace208 history;
}
