// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Snapshot of a UTC day; once taken it never changes.
struct Day {
    // slot 0
    /// @dev Pool that was free of promises [MOR-wei].
    uint128 poolMor;
    /// @dev The most that is promised on this day [MOR-wei].
    uint128 budgetMor;
    // slot 1
    /// @dev Upper bound of all MOR that can be staked on this day [MOR-wei].
    uint128 supplyMor;
    /// @dev When the snapshot was taken [s]; 0 = not taken.
    uint40 openedAt;
    /// @dev Compute emission scheduled for this day [MOR-wei].
    uint88 scheduledMor;
}

/// @dev One bucket of the MOR emission: it falls linearly once per interval.
struct EmissionBucket {
    // slot 0
    /// @dev Reward of the first interval [MOR-wei].
    uint128 initialRewardMor;
    /// @dev Reward lost from one interval to the next [MOR-wei].
    uint128 rewardDecreaseMor;
    // slot 1
    /// @dev Start of the first interval [s].
    uint40 payoutStartAt;
    /// @dev Length of an interval [s].
    uint40 decreaseIntervalSeconds;
}

/// @dev What the pool may pay now.
struct PoolView {
    /// @dev All MOR in the pool [MOR-wei].
    uint128 balanceMor;
    /// @dev Promised or credited and not paid yet [MOR-wei].
    uint128 owedMor;
    /// @dev Ever paid to providers [MOR-wei].
    uint128 paidMor;
    /// @dev Paid in the last 24 h as the guard counts it [MOR-wei].
    uint128 spentMor;
    /// @dev Emission received in the last 24 h as the guard counts it [MOR-wei].
    uint128 receivedMor;
    /// @dev What the guard lets out now [MOR-wei].
    uint128 availableMor;
}
