// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {GuardStorage} from "../storage/GuardStorage.sol";
import {GuardBucket, GuardHead} from "../types/Guard.sol";
import {BPS, HOUR_SECONDS} from "./math/Units.sol";

/// @title The rolling pool guard: payments of the last 24 h <= emission received in them + 1 % of the pool before them.
/// @dev A ring of hourly buckets. Payments count in the current and the 24 hours before it, more than 24 h; receipts
/// only in the current and the 23 before it, less than 24 h; the base is what the pool held at the end of the hour
/// that began 24 hours ago, without receipts in it. So every error of the hourly grid is on the side of the pool.
library Guard {
    /// @dev Hours in the window.
    uint256 internal constant WINDOW = 24;
    /// @dev Buckets in the ring: the window and the current hour.
    uint256 internal constant RING = 25;
    /// @dev Unit of `openingGwei` [MOR-wei].
    uint256 internal constant GWEI = 1e9;

    /// @dev Makes the bucket of this hour; call before every change of the pool.
    /// @param poolMor Balance of the pool before the change [MOR-wei].
    function touch(uint256 poolMor) internal returns (GuardHead memory head) {
        GuardStorage.Layout storage $ = GuardStorage.load();
        head = project();
        if (head.present & 1 != 0) return head;
        if (head.firstHour == 0) head.firstHour = head.hour;
        head.present |= 1;
        $.buckets[head.hour % RING] = GuardBucket({
            hour: head.hour,
            spentMor: 0,
            receivedMor: 0,
            openingGwei: uint64(Math.min(poolMor / GWEI, type(uint64).max))
        });
        $.head = head;
    }

    /// @dev Counts emission that the pool received, up to what a bucket can hold.
    function receiveEmission(uint256 poolMor, uint256 amountMor) internal {
        GuardStorage.Layout storage $ = GuardStorage.load();
        GuardHead memory head = touch(poolMor);
        GuardBucket storage bucket = $.buckets[head.hour % RING];
        uint80 countedMor = uint80(Math.min(amountMor, type(uint80).max - bucket.receivedMor));
        bucket.receivedMor += countedMor;
        $.head.receivedMor = head.receivedMor + countedMor;
    }

    /// @dev Lets out at most `maxMor` and counts it.
    /// @param poolMor Balance of the pool before the payment [MOR-wei].
    /// @param scheduledMor A day's schedule, the most emission that counts [MOR-wei].
    /// @param guardBps Part of the base that may leave [bps].
    function spend(
        uint256 poolMor,
        uint256 scheduledMor,
        uint256 guardBps,
        uint256 maxMor
    ) internal returns (uint128 paidMor) {
        GuardStorage.Layout storage $ = GuardStorage.load();
        GuardHead memory head = touch(poolMor);
        paidMor = uint128(Math.min(maxMor, available(head, poolMor, scheduledMor, guardBps)));
        $.buckets[head.hour % RING].spentMor += uint80(paidMor);
        $.head.spentMor = head.spentMor + uint88(paidMor);
    }

    /// @dev What may leave now, rounded down, at most the pool [MOR-wei].
    /// @param head From `project` or `touch`.
    function available(
        GuardHead memory head,
        uint256 poolMor,
        uint256 scheduledMor,
        uint256 guardBps
    ) internal view returns (uint256) {
        uint256 limitMor = Math.min(head.receivedMor, scheduledMor) + (_baseMor(head, poolMor) * guardBps) / BPS;
        uint256 leftMor = limitMor > head.spentMor ? limitMor - head.spentMor : 0;
        uint256 roomMor = type(uint80).max - _spentThisHour(head);
        return Math.min(Math.min(leftMor, roomMor), poolMor);
    }

    /// @dev The running sums as of this hour; bit 0 of `present` tells whether its bucket exists.
    function project() internal view returns (GuardHead memory head) {
        GuardStorage.Layout storage $ = GuardStorage.load();
        head = $.head;
        uint256 gap = block.timestamp / HOUR_SECONDS - head.hour;
        if (gap == 0) return head;
        _expire($, head, gap);
        head.present = gap < RING ? uint32((uint256(head.present) << gap) & ((1 << RING) - 1)) : 0;
        head.hour = uint24(block.timestamp / HOUR_SECONDS);
    }

    /// @dev Takes out of the sums what falls out of their windows when `gap` hours pass.
    function _expire(GuardStorage.Layout storage $, GuardHead memory head, uint256 gap) private view {
        if (gap >= RING) {
            head.spentMor = 0;
            head.receivedMor = 0;
            return;
        }
        for (uint256 age = WINDOW - gap; age < RING; ++age) {
            if (head.present & (1 << age) == 0) continue;
            GuardBucket memory bucket = $.buckets[(head.hour - age) % RING];
            if (age < WINDOW) head.receivedMor -= bucket.receivedMor;
            if (age + gap > WINDOW) head.spentMor -= bucket.spentMor;
        }
    }

    /// @dev What the pool held at least 24 h ago, rounded down; hours without a bucket inherit the balance [MOR-wei].
    function _baseMor(GuardHead memory head, uint256 poolMor) private view returns (uint256) {
        if (head.firstHour == 0 || head.firstHour + WINDOW > head.hour) return 0;
        if (head.present == 0) return poolMor - (poolMor % GWEI);
        uint256 age = Math.log2(head.present);
        GuardBucket memory oldest = GuardStorage.load().buckets[(head.hour - age) % RING];
        uint256 openingMor = uint256(oldest.openingGwei) * GWEI;
        if (age < WINDOW) return openingMor;
        return openingMor > oldest.spentMor ? openingMor - oldest.spentMor : 0;
    }

    function _spentThisHour(GuardHead memory head) private view returns (uint256) {
        if (head.present & 1 == 0) return 0;
        return GuardStorage.load().buckets[head.hour % RING].spentMor;
    }
}
