// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev What the guard is told of the pool [MOR-wei].
struct PoolCounters {
    /// @dev What the pool holds.
    uint256 balanceMor;
    /// @dev What it ever paid.
    uint256 paidMor;
    /// @dev Emission it ever received.
    uint256 receivedMor;
}

/// @dev Where the rolling pool guard stands, valid for `hour`.
struct GuardHead {
    /// @dev Hour of the last touch [timestamp / 3600].
    uint24 hour;
    /// @dev Hour of the first touch ever; 0 = no history.
    uint24 firstHour;
    /// @dev Bit i = a bucket for `hour - i` exists, i <= 24.
    uint32 present;
    /// @dev What the pool may have paid ever when `hour` ends; 0 = to be computed [MOR-wei].
    uint96 ceilingMor;
}

/// @dev The pool as it was before its first change in an hour.
struct GuardBucket {
    /// @dev What it had ever paid; 96 bits hold 7e10 MOR [MOR-wei].
    uint96 paidMor;
    /// @dev Emission it had ever received [MOR-wei].
    uint96 receivedMor;
    /// @dev What it held, rounded down, saturating [1e9 MOR-wei].
    uint64 openingGwei;
}

/// @dev What the guard sees now [MOR-wei].
struct GuardWindow {
    /// @dev What the pool had ever paid before the window.
    uint256 paidBeforeMor;
    /// @dev Paid in the current and the 24 hours before it.
    uint256 spentMor;
    /// @dev Emission received in the current and the 23 hours before it.
    uint256 receivedMor;
    /// @dev What the pool held at least 24 hours ago.
    uint256 baseMor;
}
