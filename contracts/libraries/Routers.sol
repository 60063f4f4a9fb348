// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IRouters} from "../interfaces/IRouters.sol";
import {RouterStorage} from "../storage/RouterStorage.sol";
import {RouterRules, RouterState, RouterView} from "../types/Router.sol";
import {RouterAccount} from "../types/RouterAccount.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {BPS} from "./math/Units.sol";
import {Pool} from "./Pool.sol";
import {Treasury} from "./Treasury.sol";

/// @title Routers: admission, bond, share, holds.
/// @dev A router's clock stands still under a hold, for ever once it is cancelled, so nothing becomes final by it.
library Routers {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev Most routers ever; opening a day asks each.
    uint256 internal constant MAX_ROUTERS = 16;
    /// @dev Longest hold that nobody decides, and the least time between two holds [s] (7 days).
    uint40 internal constant HOLD_SECONDS = 604_800;
    /// @dev Time from saying so to leaving with the bond, longer than a book can be challenged [s] (7 days).
    uint40 internal constant LEAVE_SECONDS = 604_800;
    /// @dev A proven fault gives this part of the bond to who proved it.
    uint128 internal constant REWARD_PART = 10;

    // --- Owner

    function admit(address account, uint16 shareBps) internal {
        RouterStorage.Layout storage $ = RouterStorage.load();
        if (account == address(0)) revert ICommonErrors.ZeroValue("router");
        RouterAccount storage router = $.routers[account];
        RouterState state = stateOf(account);
        if (state != RouterState.Unknown && state != RouterState.Left) {
            revert IRouters.RouterNotAdmissible(account, state);
        }
        if (state == RouterState.Unknown) {
            if ($.accounts.length == MAX_ROUTERS) revert IRouters.TooManyRouters(MAX_ROUTERS);
            $.accounts.push(account);
        }
        router.state = RouterState.Admitted;
        router.leavingAt = 0;
        emit IRouters.RouterAdmitted(account);
        setShare(account, shareBps);
    }

    /// @dev From the next day on, so that no share changes on a day on which it was used.
    function setShare(address account, uint16 newBps) internal {
        RouterStorage.Layout storage $ = RouterStorage.load();
        RouterAccount storage router = $.routers[account];
        if (newBps != 0) {
            requireAdmitted(account);
            // Who leaves would take the share with it.
            uint40 leavingAt = router.leavingAt;
            if (leavingAt != 0) revert IRouters.RouterLeavingAlready(account, leavingAt + LEAVE_SECONDS);
        }
        uint16 previousBps = uint16(router.shareBps.latest());
        uint256 totalBps = uint256($.totalShareBps) - previousBps + newBps;
        if (totalBps > BPS) revert IRouters.SharesTooHigh(totalBps, BPS);
        uint24 fromDay = DayMath.today() + 1;
        $.totalShareBps = uint16(totalBps);
        router.shareBps.push(fromDay, newBps);
        emit IRouters.RouterShareChanged(account, fromDay, previousBps, newBps);
    }

    function setRules(RouterRules memory newRules) internal {
        RouterStorage.Layout storage $ = RouterStorage.load();
        if (newRules.commitIntervalSeconds == 0) revert ICommonErrors.ZeroValue("commitIntervalSeconds");
        if (newRules.meanAnswers == 0) revert ICommonErrors.ZeroValue("meanAnswers");
        emit IRouters.RouterRulesChanged($.rules, newRules);
        $.rules = newRules;
    }

    function setLaunchDay(uint24 newDay) internal {
        RouterStorage.Layout storage $ = RouterStorage.load();
        uint24 today = DayMath.today();
        uint24 previousDay = $.launchDay;
        if (previousDay != 0 && previousDay <= today) revert IRouters.LaunchStarted(previousDay);
        if (newDay != 0 && newDay <= today) {
            revert ICommonErrors.ValueOutOfRange("launchDay", newDay, today + 1, type(uint24).max);
        }
        emit IRouters.LaunchDayChanged(previousDay, newDay);
        $.launchDay = newDay;
    }

    // --- Holds

    function hold(address account) internal {
        RouterAccount storage router = RouterStorage.load().routers[account];
        RouterState state = stateOf(account);
        if (state != RouterState.Admitted && state != RouterState.Suspended) {
            revert IRouters.RouterNotAdmitted(account, state);
        }
        if (router.heldAt != 0) revert IRouters.RouterHeldNow(account, router.heldAt);
        if (block.timestamp < router.holdableFrom) {
            revert IRouters.HoldTooSoon(block.timestamp, router.holdableFrom);
        }
        router.heldAt = uint40(block.timestamp);
        emit IRouters.RouterHeld(account, uint40(block.timestamp) + HOLD_SECONDS);
    }

    function release(address account) internal {
        RouterAccount storage router = _requireHeld(account);
        uint40 heldSeconds = uint40(block.timestamp) - router.heldAt;
        router.heldSeconds += heldSeconds;
        router.heldAt = 0;
        router.holdableFrom = uint40(block.timestamp) + HOLD_SECONDS;
        emit IRouters.RouterReleased(account, heldSeconds);
    }

    /// @dev The clock stands still from the hold on.
    function cancel(address account) internal {
        _requireHeld(account).state = RouterState.Cancelled;
        emit IRouters.RouterCancelled(account);
    }

    // --- Bond

    function bond(address account, address payer, uint128 amountMor) internal {
        if (amountMor == 0) revert ICommonErrors.ZeroValue("amountMor");
        requireAdmitted(account);
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint128 bondMor = router.bondMor + amountMor;
        router.bondMor = bondMor;
        emit IRouters.RouterBonded(account, payer, amountMor, bondMor);
        Treasury.pull(TreasuryBucket.RouterBonds, payer, amountMor);
    }

    function leave(address account) internal {
        RouterAccount storage router = RouterStorage.load().routers[account];
        RouterState state = stateOf(account);
        if (state == RouterState.Unknown || state == RouterState.Left) {
            revert IRouters.RouterNotAdmitted(account, state);
        }
        uint40 leavingAt = router.leavingAt;
        if (leavingAt != 0) revert IRouters.RouterLeavingAlready(account, leavingAt + LEAVE_SECONDS);
        router.leavingAt = uint40(block.timestamp);
        emit IRouters.RouterLeaving(account, uint40(block.timestamp) + LEAVE_SECONDS);
        setShare(account, 0);
    }

    /// @dev Books that are not final were counted before.
    function withdraw(address account) internal returns (uint128 amountMor) {
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint256 withdrawableAt = router.leavingAt == 0 ? 0 : router.leavingAt + LEAVE_SECONDS;
        if (withdrawableAt == 0 || block.timestamp < withdrawableAt) {
            revert IRouters.BondLocked(block.timestamp, withdrawableAt);
        }
        if (router.openMor != 0) revert IRouters.BondCoversBooks(router.openMor);
        RouterState state = stateOf(account);
        if (router.heldAt != 0 && state != RouterState.Cancelled) {
            revert IRouters.RouterHeldNow(account, router.heldAt);
        }
        amountMor = router.bondMor;
        if (amountMor == 0 && router.state == RouterState.Left) revert IRouters.BondTooLow(0, 1);

        router.bondMor = 0;
        if (state == RouterState.Admitted) router.state = RouterState.Left;
        emit IRouters.RouterLeft(account, amountMor);
        Treasury.push(TreasuryBucket.RouterBonds, account, amountMor);
    }

    /// @dev By the owner: into the pool.
    function slash(address account, uint128 amountMor, bytes32 reasonHash) internal {
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint128 bondMor = router.bondMor;
        if (amountMor == 0) revert ICommonErrors.ZeroValue("amountMor");
        if (amountMor > bondMor) revert IRouters.BondTooLow(bondMor, amountMor);
        router.bondMor = bondMor - amountMor;
        emit IRouters.RouterSlashed(account, amountMor, address(0), 0, reasonHash);
        Pool.credit(TreasuryBucket.RouterBonds, amountMor);
    }

    /// @dev After a proven fault: the router is suspended, its bond is gone. Pay the reward out of the bonds last.
    function punish(
        address account,
        address challenger,
        uint128 maxRewardMor,
        bytes32 reason
    ) internal returns (uint128 rewardMor) {
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint128 bondMor = router.bondMor;
        rewardMor = bondMor / REWARD_PART;
        if (rewardMor > maxRewardMor) rewardMor = maxRewardMor;
        router.bondMor = 0;
        if (router.state == RouterState.Admitted) {
            router.state = RouterState.Suspended;
            emit IRouters.RouterSuspended(account);
        }
        if (bondMor == 0) return 0;
        emit IRouters.RouterSlashed(account, bondMor, challenger, rewardMor, reason);
        Pool.credit(TreasuryBucket.RouterBonds, bondMor - rewardMor);
    }

    // --- Books, for DayBooks

    /// @dev Counts MOR of a book that is not final against the bond.
    function cover(address account, uint128 addedMor) internal {
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint128 openMor = router.openMor + addedMor;
        if (openMor > router.bondMor) revert IRouters.BondTooLow(router.bondMor, openMor);
        router.openMor = openMor;
    }

    function uncover(address account, uint128 amountMor) internal {
        RouterStorage.load().routers[account].openMor -= amountMor;
    }

    /// @dev Opens the book of a later day; not under a hold, not while leaving.
    function open(address account, uint24 day) internal {
        RouterAccount storage router = RouterStorage.load().routers[account];
        if (router.heldAt != 0) revert IRouters.RouterHeldNow(account, router.heldAt);
        if (router.leavingAt != 0) {
            revert IRouters.RouterLeavingAlready(account, router.leavingAt + LEAVE_SECONDS);
        }
        if (router.settledDay > router.openDay || router.openDay == 0) router.settledDay = day;
        router.openDay = day;
    }

    /// @dev Books before this day take no commits any more.
    function setOpenDay(address account, uint24 day) internal {
        RouterStorage.load().routers[account].openDay = day;
    }

    function setSettledDay(address account, uint24 day) internal {
        RouterStorage.load().routers[account].settledDay = day;
    }

    // --- Reads

    function requireAdmitted(address account) internal view {
        RouterState state = stateOf(account);
        if (state != RouterState.Admitted) revert IRouters.RouterNotAdmitted(account, state);
    }

    /// @dev What the router may do now; a hold that nobody decided in time cancels by itself.
    function stateOf(address account) internal view returns (RouterState) {
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint256 heldAt = router.heldAt;
        if (heldAt != 0 && block.timestamp >= heldAt + HOLD_SECONDS) return RouterState.Cancelled;
        return router.state;
    }

    /// @dev Seconds that were not spent under a hold; moves with time, stands still while held.
    function clockOf(address account) internal view returns (uint40) {
        RouterAccount storage router = RouterStorage.load().routers[account];
        uint40 heldAt = router.heldAt;
        return (heldAt == 0 ? uint40(block.timestamp) : heldAt) - router.heldSeconds;
    }

    function shareOf(address account, uint24 day) internal view returns (uint16) {
        return uint16(RouterStorage.load().routers[account].shareBps.upperLookupRecent(day));
    }

    /// @dev First UTC day whose book takes commits; 0 = no book yet.
    function openDayOf(address account) internal view returns (uint24) {
        return RouterStorage.load().routers[account].openDay;
    }

    /// @dev First UTC day whose book takes commits, and the day before which all books are counted out.
    function daysOf(address account) internal view returns (uint24 openDay, uint24 settledDay) {
        RouterAccount storage router = RouterStorage.load().routers[account];
        return (router.openDay, router.settledDay);
    }

    function accounts() internal view returns (address[] memory) {
        return RouterStorage.load().accounts;
    }

    function rules() internal view returns (RouterRules memory) {
        return RouterStorage.load().rules;
    }

    function launchDay() internal view returns (uint24) {
        return RouterStorage.load().launchDay;
    }

    function viewOf(address account) internal view returns (RouterView memory) {
        RouterAccount storage router = RouterStorage.load().routers[account];
        return
            RouterView({
                router: account,
                state: stateOf(account),
                bondMor: router.bondMor,
                openMor: router.openMor,
                shareBps: shareOf(account, DayMath.today()),
                nextShareBps: uint16(router.shareBps.latest()),
                clock: clockOf(account),
                heldAt: router.heldAt,
                holdableFrom: router.holdableFrom,
                withdrawableAt: router.leavingAt == 0 ? 0 : router.leavingAt + LEAVE_SECONDS,
                openDay: router.openDay
            });
    }

    // --- Inside

    function _requireHeld(address account) private view returns (RouterAccount storage router) {
        router = RouterStorage.load().routers[account];
        RouterState state = stateOf(account);
        if (state == RouterState.Cancelled) revert IRouters.RouterNotAdmissible(account, state);
        if (router.heldAt == 0) revert IRouters.RouterNotHeld(account);
    }
}
