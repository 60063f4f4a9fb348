// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {ISessions} from "../interfaces/ISessions.sol";
import {IStakes} from "../interfaces/IStakes.sol";
import {StakeStorage} from "../storage/StakeStorage.sol";
import {Day} from "../types/Day.sol";
import {Purpose, StakeView, Unstaking} from "../types/Stake.sol";
import {StakeAccount} from "../types/StakeAccount.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {StipendMath} from "./math/StipendMath.sol";
import {Pool} from "./Pool.sol";
import {Treasury} from "./Treasury.sol";

/// @title Stake accounts: one MOR serves one purpose of one person per day.
/// @dev `countedMor` of a day is its highest active stake; MOR that leaves cannot be staked again before the next
/// midnight, so no MOR counts twice on a day. New use needs stake that is active and counts.
library Stakes {
    using Checkpoints for Checkpoints.Trace208;
    using SafeCast for uint256;

    // --- Staking

    /// @dev Makes MOR of a wallet active stake. Effects first, the pull last.
    function stake(address owner, Purpose purpose, uint128 amountMor) internal {
        if (amountMor == 0) revert ICommonErrors.ZeroValue("amountMor");
        StakeAccount storage account = _touched(owner, purpose);
        StakeAccount storage total = _touchedTotal(purpose);
        uint128 activeMor = account.activeMor + amountMor;
        uint128 riseMor = _countableRise(account.countedMor, activeMor);

        account.activeMor = activeMor;
        account.countedMor += riseMor;
        total.activeMor += amountMor;
        total.countedMor += riseMor;
        emit IStakes.Staked(owner, purpose, amountMor, activeMor);
        Treasury.pull(_bucketOf(purpose), owner, amountMor);
    }

    /// @dev Makes stake inactive at once. Calls nobody, so nobody can block it.
    function unstake(address owner, Purpose purpose, uint128 amountMor) internal {
        if (amountMor == 0) revert ICommonErrors.ZeroValue("amountMor");
        StakeAccount storage account = _touched(owner, purpose);
        if (account.activeMor < amountMor) revert IStakes.StakeTooLow(account.activeMor, amountMor);
        uint40 withdrawableAt = DayMath.withdrawableAt(block.timestamp);

        account.activeMor -= amountMor;
        _touchedTotal(purpose).activeMor -= amountMor;
        _addUnstaking(owner, amountMor, withdrawableAt);
        Treasury.move(_bucketOf(purpose), TreasuryBucket.Unstaking, amountMor);
        emit IStakes.Unstaked(owner, purpose, amountMor, account.activeMor, withdrawableAt);
    }

    /// @dev Pays everything that is due.
    function withdraw(address owner) internal returns (uint128 amountMor) {
        Unstaking memory unstaking = unstakingOf(owner);
        amountMor = unstaking.dueMor;
        if (amountMor == 0) revert IStakes.NothingToWithdraw(unstaking.firstAt);

        unstaking.dueMor = 0;
        StakeStorage.load().unstakings[owner] = unstaking;
        emit IStakes.StakeWithdrawn(owner, amountMor);
        Treasury.push(TreasuryBucket.Unstaking, owner, amountMor);
    }

    // --- Using allowance

    /// @dev Charges session allowance of today and tells how much stake is missing for it; stake it afterwards.
    /// @param maxStakeMor The most that may be staked on top [MOR-wei].
    function charge(
        address owner,
        Day memory day,
        uint128 costMor,
        uint128 maxStakeMor
    ) internal returns (uint128 missingMor) {
        StakeAccount storage account = _touched(owner, Purpose.Session);
        missingMor = _missing(account.activeMor, account.countedMor, account.usedMor, day, costMor);
        if (missingMor > maxStakeMor) revert ISessions.StakeMissing(missingMor, maxStakeMor);
        account.usedMor += costMor;
    }

    /// @dev Gives allowance back to the day on which it was used; nothing if that day is over for the account.
    function refund(address owner, uint24 day, uint128 amountMor) internal {
        StakeAccount storage account = StakeStorage.load().accounts[owner][Purpose.Session];
        if (account.day == day) account.usedMor -= amountMor;
    }

    /// @dev Reverts unless what was used today is covered by stake that is active and counts.
    function requireCovered(address owner, Day memory day) internal view {
        StakeView memory account = viewOf(owner, Purpose.Session, day);
        _requireCovered(account.usedMor, account.activeMor, account.countedMor, day);
    }

    // --- Reads

    /// @dev Active stake [MOR-wei].
    function activeOf(address owner, Purpose purpose) internal view returns (uint128) {
        return StakeStorage.load().accounts[owner][purpose].activeMor;
    }

    /// @dev Sum of active stake [MOR-wei].
    function totalActive(Purpose purpose) internal view returns (uint128) {
        return StakeStorage.load().totals[purpose].activeMor;
    }

    /// @dev A stake account as of now, measured against a day's snapshot.
    function viewOf(address owner, Purpose purpose, Day memory day) internal view returns (StakeView memory account) {
        StakeAccount storage stored = StakeStorage.load().accounts[owner][purpose];
        bool isToday = stored.day == DayMath.today();
        account.activeMor = stored.activeMor;
        account.countedMor = isToday ? stored.countedMor : stored.activeMor;
        account.usedMor = isToday ? stored.usedMor : 0;
        uint256 allowanceMor = _allowance(account.activeMor, account.countedMor, day);
        account.remainingMor = allowanceMor > account.usedMor ? uint128(allowanceMor - account.usedMor) : 0;
    }

    /// @dev Stake that `charge` would miss for a cost; reverts as an opening would, also when more stake would not
    /// count because the supply of the day is taken [MOR-wei].
    function missingFor(address owner, Day memory day, uint128 costMor) internal view returns (uint128 missingMor) {
        StakeView memory account = viewOf(owner, Purpose.Session, day);
        missingMor = _missing(account.activeMor, account.countedMor, account.usedMor, day, costMor);
        if (missingMor == 0) return 0;
        uint128 activeMor = account.activeMor + missingMor;
        uint128 countedMor = account.countedMor + _countableRise(account.countedMor, activeMor);
        _requireCovered(account.usedMor + costMor, activeMor, countedMor, day);
    }

    /// @dev Stake of an account that counted on a day [MOR-wei].
    function countedOf(address owner, Purpose purpose, uint24 day) internal view returns (uint128) {
        return _counted(StakeStorage.load().accounts[owner][purpose], day);
    }

    /// @dev Stake of all accounts that counted on a day [MOR-wei].
    function totalCounted(Purpose purpose, uint24 day) internal view returns (uint128) {
        return _counted(StakeStorage.load().totals[purpose], day);
    }

    /// @dev MOR on its way out, with what is due by now moved to `dueMor`.
    function unstakingOf(address owner) internal view returns (Unstaking memory unstaking) {
        unstaking = StakeStorage.load().unstakings[owner];
        for (uint256 i = 0; i < 2; ++i) {
            if (unstaking.firstMor == 0 || unstaking.firstAt > block.timestamp) break;
            unstaking.dueMor += unstaking.firstMor;
            (unstaking.firstMor, unstaking.firstAt) = (unstaking.secondMor, unstaking.secondAt);
            (unstaking.secondMor, unstaking.secondAt) = (0, 0);
        }
        if (unstaking.firstMor == 0) unstaking.firstAt = 0;
    }

    // --- Inside

    function _touched(address owner, Purpose purpose) private returns (StakeAccount storage account) {
        account = StakeStorage.load().accounts[owner][purpose];
        _touch(account);
    }

    function _touchedTotal(Purpose purpose) private returns (StakeAccount storage total) {
        total = StakeStorage.load().totals[purpose];
        _touch(total);
    }

    /// @dev Closes the day of the last touch: it counted its highest stake, the days after it what was active then.
    function _touch(StakeAccount storage account) private {
        uint24 today = DayMath.today();
        uint24 day = account.day;
        if (day == today) return;
        (uint128 activeMor, uint128 countedMor) = (account.activeMor, account.countedMor);
        if (day != 0) {
            if (account.history.latest() != countedMor) account.history.push(day, countedMor);
            if (activeMor != countedMor) account.history.push(uint48(day) + 1, activeMor);
        }
        account.day = today;
        account.countedMor = activeMor;
        account.usedMor = 0;
    }

    /// @dev How much more counts today: once the day is open, all counted stake together stays within its supply.
    function _countableRise(uint128 countedMor, uint128 activeMor) private view returns (uint128) {
        if (activeMor <= countedMor) return 0;
        uint256 riseMor = activeMor - countedMor;
        uint24 today = DayMath.today();
        Day memory day = Pool.snapshotOf(today);
        if (day.openedAt == 0) return uint128(riseMor);
        uint256 takenMor = uint256(totalCounted(Purpose.Session, today)) + totalCounted(Purpose.Access, today);
        uint256 roomMor = day.supplyMor > takenMor ? day.supplyMor - takenMor : 0;
        return uint128(Math.min(riseMor, roomMor));
    }

    function _requireCovered(uint256 usedMor, uint128 activeMor, uint128 countedMor, Day memory day) private pure {
        uint256 allowanceMor = _allowance(activeMor, countedMor, day);
        if (usedMor > allowanceMor) revert ISessions.AllowanceTooLow(usedMor, allowanceMor);
    }

    function _missing(
        uint128 activeMor,
        uint128 countedMor,
        uint128 usedMor,
        Day memory day,
        uint128 costMor
    ) private pure returns (uint128) {
        uint256 neededMor = uint256(usedMor) + costMor;
        uint256 allowanceMor = _allowance(activeMor, countedMor, day);
        if (neededMor <= allowanceMor) return 0;
        if (neededMor > day.budgetMor) revert ISessions.AllowanceTooLow(neededMor, day.budgetMor);
        uint256 stakeMor = StipendMath.toStakeUp(neededMor, day.budgetMor, day.supplyMor);
        // Enough is active and does not count: the supply of the day is taken, so more would not count either.
        if (stakeMor <= activeMor) revert ISessions.AllowanceTooLow(neededMor, allowanceMor);
        return (stakeMor - activeMor).toUint128();
    }

    function _allowance(uint128 activeMor, uint128 countedMor, Day memory day) private pure returns (uint256) {
        return StipendMath.allowanceDown(day.budgetMor, Math.min(activeMor, countedMor), day.supplyMor);
    }

    function _counted(StakeAccount storage account, uint24 day) private view returns (uint128) {
        if (day > account.day) return account.activeMor;
        if (day == account.day) return account.countedMor;
        return uint128(account.history.upperLookupRecent(day));
    }

    function _addUnstaking(address owner, uint128 amountMor, uint40 withdrawableAt) private {
        Unstaking memory unstaking = unstakingOf(owner);
        if (unstaking.firstMor == 0 || unstaking.firstAt == withdrawableAt) {
            unstaking.firstMor += amountMor;
            unstaking.firstAt = withdrawableAt;
        } else {
            // Only two midnights can lie ahead, so this is the later one.
            unstaking.secondMor += amountMor;
            unstaking.secondAt = withdrawableAt;
        }
        StakeStorage.load().unstakings[owner] = unstaking;
    }

    function _bucketOf(Purpose purpose) private pure returns (TreasuryBucket) {
        return purpose == Purpose.Session ? TreasuryBucket.SessionStakes : TreasuryBucket.AccessStakes;
    }
}
