// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {GuardStorage} from "../storage/GuardStorage.sol";
import {GuardBucket, GuardHead, GuardWindow, PoolCounters} from "../types/Guard.sol";
import {BPS, HOUR_SECONDS} from "./math/Units.sol";

/// @title The rolling pool guard: payments of the last 24 h <= emission received in them + 1 % of the pool before them.
/// @dev A ring of hourly buckets, each the pool's counters before its first change in that hour, so that the difference
/// of two is what happened between them. Payments count in the current and the 24 hours before it, more than 24 h;
/// receipts only in the current and the 23 before it, less than 24 h; the base is what the pool held at the end of the
/// hour that began 24 hours ago, without receipts in it. So every error of the hourly grid is on the side of the pool.
///
/// Within an hour nothing but a receipt and a parameter change what the limit is made of. So it is computed once, as a
/// ceiling of all payments ever, and a payment only reads it: what it spends shows in the pool's own counter.
library Guard {
    using SafeCast for uint256;

    /// @dev Hours in the window.
    uint256 internal constant WINDOW = 24;
    /// @dev Buckets in the ring: the window and the current hour.
    uint256 internal constant RING = 25;
    /// @dev Unit of `openingGwei` [MOR-wei].
    uint256 internal constant GWEI = 1e9;
    /// @dev Bits of `present` that lie in the ring.
    uint256 private constant RING_MASK = (1 << RING) - 1;
    /// @dev Bits of `present` that lie wholly inside 24 h.
    uint256 private constant RECENT_MASK = (1 << WINDOW) - 1;

    /// @dev Makes the bucket of this hour; call before every change of the pool.
    /// @param pool Before the change.
    function touch(PoolCounters memory pool) internal {
        GuardStorage.Layout storage $ = GuardStorage.load();
        GuardHead memory head = _project();
        if (head.present & 1 != 0) return;
        if (head.firstHour == 0) head.firstHour = head.hour;
        head.present |= 1;
        $.buckets[head.hour % RING] = _bucketOf(pool);
        $.head = head;
    }

    /// @dev The ceiling must be computed anew; call when emission arrives and when a parameter changes.
    function forgetCeiling() internal {
        GuardStorage.load().head.ceilingMor = 0;
    }

    /// @dev What the pool may have paid ever when this hour ends; 0 = to be computed [MOR-wei].
    function ceiling() internal view returns (uint256) {
        GuardHead storage head = GuardStorage.load().head;
        return head.hour == block.timestamp / HOUR_SECONDS ? head.ceilingMor : 0;
    }

    /// @dev Computes the ceiling of this hour and remembers it.
    /// @param pool As it is now.
    /// @param scheduledMor A day's schedule, the most emission that counts [MOR-wei].
    /// @param guardBps Part of the base that may leave [bps].
    function renewCeiling(
        PoolCounters memory pool,
        uint256 scheduledMor,
        uint256 guardBps
    ) internal returns (uint256 ceilingMor) {
        touch(pool);
        ceilingMor = Math.min(ceilingDown(window(pool), scheduledMor, guardBps), type(uint96).max);
        GuardStorage.load().head.ceilingMor = uint96(ceilingMor);
    }

    /// @dev What the pool may have paid ever, rounded down [MOR-wei].
    function ceilingDown(
        GuardWindow memory seen,
        uint256 scheduledMor,
        uint256 guardBps
    ) internal pure returns (uint256) {
        return seen.paidBeforeMor + Math.min(seen.receivedMor, scheduledMor) + (seen.baseMor * guardBps) / BPS;
    }

    /// @dev What happened in the window that ends now.
    /// @param pool As it is now.
    function window(PoolCounters memory pool) internal view returns (GuardWindow memory) {
        GuardHead memory head = _project();
        GuardBucket memory oldest = _oldestOf(head, head.present, pool);
        GuardBucket memory recent = _oldestOf(head, head.present & RECENT_MASK, pool);
        bool hasBase = head.firstHour != 0 && head.firstHour + WINDOW <= head.hour;
        // Both are the same bucket unless the oldest is 24 hours old; then it is what that hour paid.
        uint256 spentByThenMor = recent.paidMor - oldest.paidMor;
        uint256 openingMor = oldest.openingGwei * GWEI;
        return
            GuardWindow({
                paidBeforeMor: oldest.paidMor,
                spentMor: pool.paidMor - oldest.paidMor,
                receivedMor: pool.receivedMor - recent.receivedMor,
                baseMor: hasBase ? Math.saturatingSub(openingMor, spentByThenMor) : 0
            });
    }

    /// @dev Paid in the window that ends now [MOR-wei].
    /// @param pool As it is now.
    function spent(PoolCounters memory pool) internal view returns (uint256) {
        GuardHead memory head = _project();
        return pool.paidMor - _oldestOf(head, head.present, pool).paidMor;
    }

    /// @dev The head as of this hour; bit 0 of `present` tells whether its bucket exists.
    function _project() private view returns (GuardHead memory head) {
        head = GuardStorage.load().head;
        uint256 gap = block.timestamp / HOUR_SECONDS - head.hour;
        if (gap == 0) return head;
        head.present = gap < RING ? uint32((uint256(head.present) << gap) & RING_MASK) : 0;
        head.hour = uint24(block.timestamp / HOUR_SECONDS);
        head.ceilingMor = 0;
    }

    /// @dev The oldest bucket of those whose bits are set; hours without one inherit what came after, at last the pool
    /// as it is now.
    function _oldestOf(
        GuardHead memory head,
        uint256 bits,
        PoolCounters memory pool
    ) private view returns (GuardBucket memory) {
        if (bits == 0) return _bucketOf(pool);
        return GuardStorage.load().buckets[(head.hour - Math.log2(bits)) % RING];
    }

    function _bucketOf(PoolCounters memory pool) private pure returns (GuardBucket memory) {
        return
            GuardBucket({
                paidMor: pool.paidMor.toUint96(),
                receivedMor: pool.receivedMor.toUint96(),
                openingGwei: uint64(Math.min(pool.balanceMor / GWEI, type(uint64).max))
            });
    }
}
