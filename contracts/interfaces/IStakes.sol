// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Purpose, StakeView, Unstaking} from "../types/Stake.sol";

/// @title Stake accounts: one MOR serves one purpose of one person per day.
interface IStakes {
    /// @notice Stake became active [MOR-wei].
    event Staked(address indexed account, Purpose indexed purpose, uint128 amountMor, uint128 activeMor);
    /// @notice Stake became inactive and can leave from `withdrawableAt` [s] on.
    event Unstaked(
        address indexed account,
        Purpose indexed purpose,
        uint128 amountMor,
        uint128 activeMor,
        uint40 withdrawableAt
    );
    /// @notice Unstaked MOR left [MOR-wei].
    event StakeWithdrawn(address indexed account, uint128 amountMor);

    /// @notice Less is active than should be unstaked [MOR-wei].
    error StakeTooLow(uint256 activeMor, uint256 neededMor);
    /// @notice Nothing is due; the next amount is due at `nextAt` [s], 0 = none.
    error NothingToWithdraw(uint256 nextAt);

    /// @notice Stakes MOR of the caller; active at once.
    function stake(Purpose purpose, uint128 amountMor) external;

    /// @notice Makes stake of the caller inactive; it can leave at the first UTC midnight at least 12 h away.
    function unstake(Purpose purpose, uint128 amountMor) external;

    /// @notice Pays the caller everything that is due.
    /// @return amountMor What was paid [MOR-wei].
    function withdrawStake() external returns (uint128 amountMor);

    /// @notice A stake account as of now.
    function getStake(address account, Purpose purpose) external view returns (StakeView memory);

    /// @notice Unstaked MOR of an account on its way out.
    function getUnstaking(address account) external view returns (Unstaking memory);

    /// @notice Highest active stake of a UTC day, up to today [MOR-wei].
    function countedStake(address account, Purpose purpose, uint24 day) external view returns (uint128);

    /// @notice Sum of `countedStake` over all accounts [MOR-wei].
    function totalCountedStake(Purpose purpose, uint24 day) external view returns (uint128);

    /// @notice Sum of active stake over all accounts now [MOR-wei].
    function totalActiveStake(Purpose purpose) external view returns (uint128);
}
