// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmissionStorage} from "../storage/EmissionStorage.sol";
import {GuardStorage} from "../storage/GuardStorage.sol";
import {PoolStorage} from "../storage/PoolStorage.sol";
import {StatisticsStorage} from "../storage/StatisticsStorage.sol";
import {TreasuryStorage} from "../storage/TreasuryStorage.sol";
import {EmissionBucket} from "../types/Day.sol";
import {GuardBucket, GuardHead} from "../types/Guard.sol";
import {ModelId} from "../types/Ids.sol";
import {Statistics} from "../types/Statistics.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";

/// @title Puts the diamond of a test into a state that takes years to reach; runs as the initialiser of an empty cut.
contract StateWriter {
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
        pool.owedMor = uint112(state.owedMor);
        pool.paidMor = uint112(state.paidMor);
        pool.priorComputePaidMor = state.priorComputePaidMor;
        (pool.budgetBps, pool.guardBps, pool.minOpenMor) = (state.budgetBps, state.guardBps, 0);
        TreasuryStorage.load().bucketsMor[uint8(TreasuryBucket.Pool)] = state.poolMor;
        _writeGuard(uint80(state.spentMor));
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

    function _writeGuard(uint80 spentMor) private {
        GuardStorage.Layout storage guard = GuardStorage.load();
        uint24 hour = uint24(block.timestamp / HOUR_SECONDS);
        guard.head = GuardHead({hour: hour, firstHour: hour, present: 1, spentMor: spentMor, receivedMor: 0});
        guard.buckets[hour % RING] = GuardBucket({hour: hour, spentMor: spentMor, receivedMor: 0, openingGwei: 0});
    }
}
