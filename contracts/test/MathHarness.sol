// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessMath} from "../libraries/math/AccessMath.sol";
import {DayMath} from "../libraries/math/DayMath.sol";
import {EmissionMath} from "../libraries/math/EmissionMath.sol";
import {IncentiveMath} from "../libraries/math/IncentiveMath.sol";
import {SessionMath} from "../libraries/math/SessionMath.sol";
import {StatisticsMath} from "../libraries/math/StatisticsMath.sol";
import {StipendMath} from "../libraries/math/StipendMath.sol";
import {SessionRecords} from "../libraries/SessionRecords.sol";
import {EmissionBucket} from "../types/Day.sol";
import {SessionId} from "../types/Ids.sol";

/// @title The pure formulas, one call each, for tests against the reference model.
contract MathHarness {
    // --- Emission

    function emittedUntilDown(EmissionBucket memory bucket, uint256 timestamp) external pure returns (uint256) {
        return EmissionMath.emittedUntilDown(bucket, timestamp);
    }

    // --- Days

    function dayOf(uint256 timestamp) external pure returns (uint24) {
        return DayMath.dayOf(timestamp);
    }

    function vestDay(uint256 endedAt) external pure returns (uint24) {
        return DayMath.vestDay(endedAt);
    }

    function withdrawableAt(uint256 timestamp) external pure returns (uint40) {
        return DayMath.withdrawableAt(timestamp);
    }

    // --- Stipend

    function allowanceDown(uint256 budgetMor, uint256 stakeMor, uint256 supplyMor) external pure returns (uint256) {
        return StipendMath.allowanceDown(budgetMor, stakeMor, supplyMor);
    }

    function toStakeUp(uint256 neededMor, uint256 budgetMor, uint256 supplyMor) external pure returns (uint256) {
        return StipendMath.toStakeUp(neededMor, budgetMor, supplyMor);
    }

    // --- Sessions

    function usedSeconds(uint256 openedAt, uint256 durationSeconds, uint256 timestamp) external pure returns (uint256) {
        return SessionMath.usedSeconds(openedAt, durationSeconds, timestamp);
    }

    function disputeSeconds(uint256 durationSeconds) external pure returns (uint256) {
        return SessionMath.disputeSeconds(durationSeconds);
    }

    function cost(uint128 priceMor, uint256 durationSeconds) external pure returns (uint128) {
        return SessionRecords.cost(priceMor, durationSeconds);
    }

    function sessionIdOf(uint256 index) external view returns (SessionId) {
        return SessionRecords.idOf(index);
    }

    // --- Statistics

    function add32(uint32 value, uint256 added) external pure returns (uint32) {
        return StatisticsMath.add32(value, added);
    }

    function add64(uint64 value, uint256 added) external pure returns (uint64) {
        return StatisticsMath.add64(value, added);
    }

    function add128(uint128 value, uint256 added) external pure returns (uint128) {
        return StatisticsMath.add128(value, added);
    }

    function averageDown(uint32 average, uint256 countBefore, uint32 value) external pure returns (uint32) {
        return StatisticsMath.averageDown(average, countBefore, value);
    }

    // --- Access

    function maxTokensDown(uint256 budgetMor, uint256 referencePriceMor) external pure returns (uint256) {
        return AccessMath.maxTokensDown(budgetMor, referencePriceMor);
    }

    function quotedTokensDown(
        uint256 budgetMor,
        uint256 morPriceWad,
        uint256 pricePer1000Wad
    ) external pure returns (uint256) {
        return AccessMath.quotedTokensDown(budgetMor, morPriceWad, pricePer1000Wad);
    }

    function quotedPriceUp(uint256 morPriceWad, uint256 pricePer1000Wad) external pure returns (uint256) {
        return AccessMath.quotedPriceUp(morPriceWad, pricePer1000Wad);
    }

    function marketPriceUp(uint256 totalMor, uint256 totalTokens) external pure returns (uint256) {
        return AccessMath.marketPriceUp(totalMor, totalTokens);
    }

    function isMarketPrice(uint256 totalMor, uint256 totalTokens, uint256 budgetMor) external pure returns (bool) {
        return AccessMath.isMarketPrice(totalMor, totalTokens, budgetMor);
    }

    function driftUp(uint256 lastMor, uint256 startMor) external pure returns (uint256) {
        return AccessMath.driftUp(lastMor, startMor);
    }

    function accessRateDown(uint256 maxTokens, uint256 supplyMor) external pure returns (uint256) {
        return AccessMath.accessRateDown(maxTokens, supplyMor);
    }

    function userMaxDown(uint256 maxTokens, uint256 countedMor, uint256 supplyMor) external pure returns (uint256) {
        return AccessMath.userMaxDown(maxTokens, countedMor, supplyMor);
    }

    function capDown(
        uint256 budgetMor,
        uint256 countedMor,
        uint256 shareBps,
        uint256 supplyMor
    ) external pure returns (uint256) {
        return AccessMath.capDown(budgetMor, countedMor, shareBps, supplyMor);
    }

    // --- Launch incentive

    function isLaunch(uint256 day, uint256 launchDay) external pure returns (bool) {
        return IncentiveMath.isLaunch(day, launchDay);
    }

    function potDown(uint256 emissionMor, uint256 shareBps) external pure returns (uint256) {
        return IncentiveMath.potDown(emissionMor, shareBps);
    }

    function placesDown(uint256 shareBps) external pure returns (uint256) {
        return IncentiveMath.placesDown(shareBps);
    }

    function incentiveDown(uint256 potMor, uint256 dayMor, uint256 totalMor) external pure returns (uint256) {
        return IncentiveMath.incentiveDown(potMor, dayMor, totalMor);
    }
}
