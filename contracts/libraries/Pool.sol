// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IPool} from "../interfaces/IPool.sol";
import {PoolStorage} from "../storage/PoolStorage.sol";
import {Day, PoolView} from "../types/Day.sol";
import {GuardWindow, PoolCounters} from "../types/Guard.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {BPS} from "./math/Units.sol";
import {Emission} from "./Emission.sol";
import {Guard} from "./Guard.sol";
import {Treasury} from "./Treasury.sol";

/// @title The pool: emission comes in, promises are kept, payments pass the guard.
library Pool {
    using SafeCast for uint256;

    /// @dev The most of the pool that may ever be promised per day or leave in 24 h beside emission [bps] (1 %).
    uint16 internal constant MAX_BPS = 100;

    // --- What comes in

    /// @dev Takes MOR that arrived by plain transfer into the pool and counts it as emission.
    function sync() internal returns (uint128 amountMor) {
        amountMor = Treasury.unaccounted().toUint128();
        if (amountMor == 0) return 0;
        PoolStorage.Layout storage $ = PoolStorage.load();
        Guard.touch(_counters($));
        Guard.forgetCeiling();
        $.enteredMor = (uint256($.enteredMor) + amountMor).toUint96();
        // A part of what entered, which has 96 bits.
        $.receivedMor += uint96(amountMor);
        Treasury.book(TreasuryBucket.Pool, amountMor);
        emit IPool.EmissionReceived(amountMor, balance());
    }

    /// @dev Takes MOR of another bucket into the pool; it is not emission.
    function credit(TreasuryBucket from, uint128 amountMor) internal {
        PoolStorage.Layout storage $ = PoolStorage.load();
        Guard.touch(_counters($));
        $.enteredMor = (uint256($.enteredMor) + amountMor).toUint96();
        Treasury.move(from, TreasuryBucket.Pool, amountMor);
        emit IPool.PoolCredited(amountMor, balance());
    }

    // --- What is promised and paid

    /// @dev Promises MOR of the pool to a provider.
    function reserve(uint128 amountMor) internal {
        PoolStorage.Layout storage $ = PoolStorage.load();
        $.promisedMor = (uint256($.promisedMor) + amountMor).toUint96();
    }

    /// @dev Takes a promise back.
    function release(uint128 amountMor) internal {
        PoolStorage.load().promisedMor -= uint256(amountMor).toUint96();
    }

    /// @dev The only way out of the pool: pays at most `maxMor` of what is owed and what the guard lets out. It changes
    /// one number, the balance; what was paid, what is owed and what the guard counts follow from it.
    function draw(address recipient, uint128 maxMor) internal returns (uint128 paidMor) {
        PoolStorage.Layout storage $ = PoolStorage.load();
        uint128 poolMor = balance();
        uint256 everPaidMor = $.enteredMor - poolMor;
        uint256 owedMor = $.promisedMor - everPaidMor;
        uint256 ceilingMor = Guard.ceiling();
        if (ceilingMor == 0) ceilingMor = Guard.renewCeiling(_counters($), _scheduledToday($), $.guardBps);
        uint256 allowedMor = Math.min(Math.saturatingSub(ceilingMor, everPaidMor), poolMor);
        paidMor = uint128(Math.min(Math.min(maxMor, owedMor), allowedMor));
        if (paidMor == 0) return 0;
        emit IPool.PoolPaid(recipient, paidMor, poolMor - paidMor);
        Treasury.push(TreasuryBucket.Pool, recipient, paidMor);
    }

    // --- Days

    /// @dev Opens today if it is not open: takes the emission in, then the snapshot.
    function openDay() internal returns (Day memory day) {
        PoolStorage.Layout storage $ = PoolStorage.load();
        uint24 today = DayMath.today();
        day = $.snapshots[today];
        if (day.openedAt != 0) return day;
        sync();
        day = _snapshot(today, balance());
        if (day.poolMor < $.minOpenMor) revert IPool.PoolTooSmall(day.poolMor, $.minOpenMor);
        $.snapshots[today] = day;
        emit IPool.DayOpened(today, day.poolMor, day.budgetMor, day.supplyMor);
    }

    /// @dev The snapshot of a day as it is stored; all zero if it was not taken.
    function snapshotOf(uint24 day) internal view returns (Day memory) {
        return PoolStorage.load().snapshots[day];
    }

    /// @dev Today's snapshot, or what it would be now; all zero if the pool is too small to open the day.
    function simulateToday() internal view returns (Day memory day) {
        uint24 today = DayMath.today();
        day = snapshotOf(today);
        if (day.openedAt != 0) return day;
        day = _snapshot(today, balance() + Treasury.unaccounted());
        if (day.poolMor < PoolStorage.load().minOpenMor) delete day;
    }

    // --- Parameters

    function setParameters(uint16 newBudgetBps, uint16 newGuardBps, uint128 newMinOpenMor) internal {
        PoolStorage.Layout storage $ = PoolStorage.load();
        if (newGuardBps > MAX_BPS) revert ICommonErrors.ValueOutOfRange("guardBps", newGuardBps, 0, MAX_BPS);
        if (newBudgetBps > newGuardBps) {
            revert ICommonErrors.ValueOutOfRange("budgetBps", newBudgetBps, 0, newGuardBps);
        }
        if (newMinOpenMor == 0) revert ICommonErrors.ZeroValue("minOpenMor");
        emit IPool.PoolParametersChanged(
            $.budgetBps,
            newBudgetBps,
            $.guardBps,
            newGuardBps,
            $.minOpenMor,
            newMinOpenMor
        );
        ($.budgetBps, $.guardBps, $.minOpenMor) = (newBudgetBps, newGuardBps, newMinOpenMor);
        Guard.forgetCeiling();
    }

    /// @dev For the construction only.
    function setPriorComputePaid(uint128 amountMor) internal {
        PoolStorage.load().priorComputePaidMor = amountMor;
    }

    function parameters() internal view returns (uint16 budgetBps, uint16 guardBps, uint128 minOpenMor) {
        PoolStorage.Layout storage $ = PoolStorage.load();
        return ($.budgetBps, $.guardBps, $.minOpenMor);
    }

    // --- Reads

    /// @dev All MOR in the pool [MOR-wei].
    function balance() internal view returns (uint128) {
        return Treasury.balanceOf(TreasuryBucket.Pool);
    }

    function overview() internal view returns (PoolView memory) {
        PoolStorage.Layout storage $ = PoolStorage.load();
        PoolCounters memory pool = _counters($);
        GuardWindow memory seen = Guard.window(pool);
        uint256 ceilingMor = Guard.ceilingDown(seen, _scheduledToday($), $.guardBps);
        uint256 allowedMor = Math.saturatingSub(ceilingMor, pool.paidMor);
        return
            PoolView({
                balanceMor: uint128(pool.balanceMor),
                owedMor: uint128($.promisedMor - pool.paidMor),
                paidMor: uint128(pool.paidMor),
                spentMor: uint128(seen.spentMor),
                receivedMor: uint128(seen.receivedMor),
                availableMor: uint128(Math.min(allowedMor, pool.balanceMor))
            });
    }

    // --- Inside

    /// @param poolMor Balance of the pool with what arrived and was not taken in yet [MOR-wei].
    function _snapshot(uint24 today, uint256 poolMor) private view returns (Day memory) {
        PoolStorage.Layout storage $ = PoolStorage.load();
        PoolCounters memory pool = _counters($);
        uint256 freeMor = Math.saturatingSub(poolMor, $.promisedMor - pool.paidMor);
        return
            Day({
                poolMor: freeMor.toUint128(),
                budgetMor: ((freeMor * $.budgetBps) / BPS).toUint128(),
                supplyMor: _supply(today, poolMor, pool).toUint128(),
                openedAt: uint40(block.timestamp),
                scheduledMor: Emission.computeOfDay(today).toUint88()
            });
    }

    /// @dev Compute emission scheduled for today; the snapshot has it, so that a payment does not compute it again.
    function _scheduledToday(PoolStorage.Layout storage $) private view returns (uint256) {
        uint24 today = DayMath.today();
        Day storage day = $.snapshots[today];
        return day.openedAt == 0 ? Emission.computeOfDay(today) : day.scheduledMor;
    }

    /// @dev Upper bound of the MOR that can be staked on the day, rounded up: what circulates at most at its start,
    /// by schedule or by the token itself, and what the day can add.
    function _supply(uint24 today, uint256 poolMor, PoolCounters memory pool) private view returns (uint256) {
        PoolStorage.Layout storage $ = PoolStorage.load();
        uint256 issuedMor = Emission.otherUntil(today) + pool.paidMor + $.priorComputePaidMor;
        uint256 tokenMor = IERC20(Treasury.mor()).totalSupply();
        uint256 heldMor = poolMor + Guard.spent(pool);
        uint256 guardMor = Emission.computeOfDay(today) + Math.mulDiv(heldMor, $.guardBps, BPS, Math.Rounding.Ceil);
        return Math.max(issuedMor, tokenMor) + Emission.totalOfDay(today) + guardMor;
    }

    /// @dev What was paid is what entered and is not there any more.
    function _counters(PoolStorage.Layout storage $) private view returns (PoolCounters memory) {
        uint256 balanceMor = balance();
        return PoolCounters({balanceMor: balanceMor, paidMor: $.enteredMor - balanceMor, receivedMor: $.receivedMor});
    }
}
