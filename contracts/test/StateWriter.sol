// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EmissionStorage} from "../storage/EmissionStorage.sol";
import {GuardStorage} from "../storage/GuardStorage.sol";
import {PoolStorage} from "../storage/PoolStorage.sol";
import {StatisticsStorage} from "../storage/StatisticsStorage.sol";
import {TreasuryStorage} from "../storage/TreasuryStorage.sol";
import {EmissionBucket} from "../types/Day.sol";
import {GuardBucket, GuardHead} from "../types/Guard.sol";
import {ModelId} from "../types/Ids.sol";
import {Statistics} from "../types/Statistics.sol";

/// @title Puts the diamond of a test into a state that takes years to reach; runs as the initialiser of an empty cut.
contract StateWriter {
    using SafeCast for uint256;

    /// @dev What a day's snapshot depends on [MOR-wei], ratios [bps].
    struct PoolState {
        uint128 poolMor;
        uint128 owedMor;
        uint128 paidMor;
        uint128 priorComputePaidMor;
        uint128 spentMor;
        uint16 budgetBps;
        uint16 guardBps;
        /// @dev The emission starts so much later [s].
        uint40 emissionLaterSeconds;
    }

    uint256 private constant RING = 25;
    uint256 private constant HOUR_SECONDS = 3_600;

    function writePool(PoolState calldata state) external {
        PoolStorage.Layout storage pool = PoolStorage.load();
        pool.promisedMor = (uint256(state.owedMor) + state.paidMor).toUint96();
        pool.enteredMor = (uint256(state.poolMor) + state.paidMor).toUint96();
        pool.priorComputePaidMor = state.priorComputePaidMor;
        (pool.budgetBps, pool.guardBps, pool.minOpenMor) = (state.budgetBps, state.guardBps, 0);
        TreasuryStorage.load().poolMor = uint256(state.poolMor).toUint96();
        _writeGuard(uint256(state.paidMor - state.spentMor).toUint96());
        _shift(EmissionStorage.load().compute, state.emissionLaterSeconds);
        EmissionBucket[] storage others = EmissionStorage.load().others;
        for (uint256 i = 0; i < others.length; ++i) {
            _shift(others[i], state.emissionLaterSeconds);
        }
    }

    function writeStatistics(ModelId modelId, address provider, Statistics calldata statistics) external {
        StatisticsStorage.load().statistics[modelId][provider] = statistics;
    }

    function _shift(EmissionBucket storage bucket, uint40 laterSeconds) private {
        bucket.payoutStartAt += laterSeconds;
    }

    /// @dev All that was spent was spent in this hour.
    function _writeGuard(uint96 paidBeforeMor) private {
        GuardStorage.Layout storage guard = GuardStorage.load();
        uint24 hour = uint24(block.timestamp / HOUR_SECONDS);
        guard.head = GuardHead({hour: hour, firstHour: hour, present: 1, ceilingMor: 0});
        guard.buckets[hour % RING] = GuardBucket({paidMor: paidBeforeMor, receivedMor: 0, openingGwei: 0});
    }
}
