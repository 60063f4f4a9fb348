// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Running sums of the rolling pool guard, valid for `hour`.
struct GuardHead {
    /// @dev Hour of the last touch [timestamp / 3600].
    uint24 hour;
    /// @dev Hour of the first touch ever; 0 = no history.
    uint24 firstHour;
    /// @dev Bit i = a bucket for `hour - i` exists, i <= 24.
    uint32 present;
    /// @dev Paid in `hour - 24` to `hour` [MOR-wei].
    uint88 spentMor;
    /// @dev Emission received in `hour - 23` to `hour` [MOR-wei].
    uint88 receivedMor;
}

/// @dev What happened to the pool in one hour.
struct GuardBucket {
    /// @dev The hour [timestamp / 3600].
    uint32 hour;
    /// @dev Paid [MOR-wei].
    uint80 spentMor;
    /// @dev Emission received, saturating [MOR-wei].
    uint80 receivedMor;
    /// @dev Balance of the pool at the first touch, rounded down [1e9 MOR-wei].
    uint64 openingGwei;
}
