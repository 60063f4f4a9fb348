// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {Day, EmissionBucket, PoolView} from "../types/Day.sol";

/// @title The pool: emission, days, the rolling guard.
interface IPool {
    /// @notice MOR that arrived by plain transfer went into the pool [MOR-wei].
    event EmissionReceived(uint128 amountMor, uint128 poolMor);
    /// @notice Other MOR went into the pool: slashes, returned amounts [MOR-wei].
    event PoolCredited(uint128 amountMor, uint128 poolMor);
    /// @notice The pool paid [MOR-wei].
    event PoolPaid(address indexed recipient, uint128 amountMor, uint128 poolMor);
    /// @notice A day's snapshot was taken.
    event DayOpened(uint24 indexed day, uint128 poolMor, uint128 budgetMor, uint128 supplyMor);
    /// @notice Parameters of the pool changed.
    event PoolParametersChanged(
        uint16 previousBudgetBps,
        uint16 newBudgetBps,
        uint16 previousGuardBps,
        uint16 newGuardBps,
        uint128 previousMinOpenMor,
        uint128 newMinOpenMor
    );

    /// @notice The free pool is too small to open a day [MOR-wei].
    error PoolTooSmall(uint256 freeMor, uint256 minOpenMor);
    /// @notice The day was opened already.
    error DayAlreadyOpen(uint24 day);

    /// @notice Takes MOR that arrived by plain transfer into the pool and counts it as emission. Anyone.
    /// @return amountMor What had arrived [MOR-wei].
    function sync() external returns (uint128 amountMor);

    /// @notice Opens the UTC day: `sync`, then the snapshot. Anyone.
    function openDay() external;

    /// @notice Sets the part of the free pool promised per day and the part that may leave in 24 h [bps, at most 100],
    /// and the least free pool that opens a day [MOR-wei]. What was counted stays. Owner only.
    function setPoolParameters(uint16 newBudgetBps, uint16 newGuardBps, uint128 newMinOpenMor) external;

    /// @notice The snapshot of a UTC day; for today before it is taken what it would be now, else all zero.
    function getDay(uint24 day) external view returns (Day memory);

    /// @notice What the pool holds, owes and may pay now.
    function getPool() external view returns (PoolView memory);

    /// @notice Parameters [bps, bps, MOR-wei].
    function getPoolParameters() external view returns (uint16 budgetBps, uint16 guardBps, uint128 minOpenMor);

    /// @notice The MOR emission and which of its buckets is compute.
    function getEmissionSchedule() external view returns (EmissionBucket[] memory buckets, uint8 computeBucket);

    /// @notice Scheduled emission of a UTC day: all buckets, and compute alone [MOR-wei].
    function getScheduledEmission(uint24 day) external view returns (uint128 totalMor, uint128 computeMor);

    /// @notice MOR per bucket of the Treasury, in the order of `TreasuryBucket` [MOR-wei].
    function getTreasury() external view returns (uint128[] memory bucketsMor);
}
