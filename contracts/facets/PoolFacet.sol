// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IPool} from "../interfaces/IPool.sol";
import {AccessDays} from "../libraries/AccessDays.sol";
import {Emission} from "../libraries/Emission.sol";
import {DayMath} from "../libraries/math/DayMath.sol";
import {Pool} from "../libraries/Pool.sol";
import {Treasury} from "../libraries/Treasury.sol";
import {Day, EmissionBucket, PoolView} from "../types/Day.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title The pool.
contract PoolFacet is IPool, FacetBase {
    using SafeCast for uint256;

    // --- Taking emission in, opening days

    /// @inheritdoc IPool
    function sync() external nonReentrant returns (uint128 amountMor) {
        return Pool.sync();
    }

    /// @inheritdoc IPool
    function openDay() external nonReentrant {
        uint24 today = DayMath.today();
        if (Pool.snapshotOf(today).openedAt != 0) revert DayAlreadyOpen(today);
        AccessDays.openDay();
    }

    // --- Owner

    /// @inheritdoc IPool
    function setPoolParameters(uint16 newBudgetBps, uint16 newGuardBps, uint128 newMinOpenMor) external onlyOwner {
        Pool.setParameters(newBudgetBps, newGuardBps, newMinOpenMor);
    }

    // --- Reading

    /// @inheritdoc IPool
    function getDay(uint24 day) external view nonReentrantView returns (Day memory) {
        return day == DayMath.today() ? Pool.simulateToday() : Pool.snapshotOf(day);
    }

    /// @inheritdoc IPool
    function getPool() external view nonReentrantView returns (PoolView memory) {
        return Pool.overview();
    }

    /// @inheritdoc IPool
    function getPoolParameters() external view returns (uint16 budgetBps, uint16 guardBps, uint128 minOpenMor) {
        return Pool.parameters();
    }

    /// @inheritdoc IPool
    function getEmissionSchedule() external view returns (EmissionBucket[] memory buckets, uint8 computeBucket) {
        return Emission.schedule();
    }

    /// @inheritdoc IPool
    function getScheduledEmission(uint24 day) external view returns (uint128 totalMor, uint128 computeMor) {
        return (Emission.totalOfDay(day).toUint128(), Emission.computeOfDay(day).toUint128());
    }

    /// @inheritdoc IPool
    function getTreasury() external view nonReentrantView returns (uint128[] memory bucketsMor) {
        return Treasury.balances();
    }
}
