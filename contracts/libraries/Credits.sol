// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClaims} from "../interfaces/IClaims.sol";
import {CreditStorage} from "../storage/CreditStorage.sol";
import {CreditCursor} from "../types/CreditCursor.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {Pool} from "./Pool.sol";
import {Treasury} from "./Treasury.sol";

/// @title What the market owes to providers for sessions.
library Credits {
    /// @dev Days that one claim walks at most.
    uint256 internal constant MAX_WALK_DAYS = 64;
    /// @dev Days ahead on which credits of open and ended sessions can vest: a session lasts at most a day.
    uint24 internal constant VESTING_AHEAD_DAYS = 3;

    // --- Sessions

    /// @dev Promises the whole cost of a session that is opened; it vests even if nobody closes it.
    function reserve(address provider, uint256 endsAt, uint128 costMor) internal {
        CreditStorage.load().credits[provider][DayMath.vestDay(endsAt)] += costMor;
        Pool.reserve(costMor);
    }

    /// @dev Replaces the promise of a session that is closed before its end by what it earned.
    function settle(address provider, uint256 endsAt, uint128 costMor, uint128 creditedMor) internal {
        mapping(uint24 => uint128) storage credits = CreditStorage.load().credits[provider];
        uint24 promisedDay = DayMath.vestDay(endsAt);
        uint24 earnedDay = DayMath.vestDay(block.timestamp);
        if (promisedDay == earnedDay) {
            credits[promisedDay] -= costMor - creditedMor;
        } else {
            credits[promisedDay] -= costMor;
            if (creditedMor != 0) credits[earnedDay] += creditedMor;
        }
        Pool.release(costMor - creditedMor);
    }

    /// @dev Pays direct earnings, or keeps them in escrow for the provider if the transfer fails.
    function payDirect(address provider, address payout, uint128 amountMor) internal returns (bool isPaid) {
        isPaid = Treasury.tryPush(TreasuryBucket.Escrow, payout, amountMor);
        if (!isPaid) CreditStorage.load().directOwed[provider] += amountMor;
    }

    // --- Taking out

    /// @dev Pays vested credits as far as `maxMor` and the guard allow; the rest stays owed.
    /// @param since UTC day before which the provider cannot have credits.
    function claim(address provider, uint24 since, address payout, uint128 maxMor) internal returns (uint128 paidMor) {
        CreditCursor memory cursor = _walked(provider, since);
        if (cursor.vestedMor == 0 && cursor.nextDay > DayMath.today()) {
            revert IClaims.NothingVested(provider, _nextDayWithCredits(provider));
        }
        uint128 wantedMor = cursor.vestedMor < maxMor ? cursor.vestedMor : maxMor;
        cursor.vestedMor -= wantedMor;
        CreditStorage.load().cursors[provider] = cursor;
        paidMor = Pool.draw(payout, wantedMor);
        uint128 leftMor = cursor.vestedMor + wantedMor - paidMor;
        // What the guard refused stays owed.
        if (paidMor < wantedMor) CreditStorage.load().cursors[provider].vestedMor = leftMor;
        emit IClaims.SessionCreditsClaimed(provider, payout, paidMor, leftMor);
    }

    function withdrawDirect(address provider, address payout) internal returns (uint128 amountMor) {
        CreditStorage.Layout storage $ = CreditStorage.load();
        amountMor = $.directOwed[provider];
        if (amountMor == 0) revert IClaims.NothingInEscrow(provider);
        $.directOwed[provider] = 0;
        emit IClaims.DirectWithdrawn(provider, payout, amountMor);
        Treasury.push(TreasuryBucket.Escrow, payout, amountMor);
    }

    // --- Reads

    /// @dev Credits that have vested and were not paid [MOR-wei].
    function vestedOf(address provider, uint24 since) internal view returns (uint128 vestedMor) {
        CreditStorage.Layout storage $ = CreditStorage.load();
        CreditCursor memory cursor = $.cursors[provider];
        vestedMor = cursor.vestedMor;
        uint24 today = DayMath.today();
        for (uint24 day = _firstDay(cursor, since); day <= today; ++day) {
            vestedMor += $.credits[provider][day];
        }
    }

    /// @dev Credits that have not vested, open sessions in full [MOR-wei].
    function unvestedOf(address provider) internal view returns (uint128 unvestedMor) {
        CreditStorage.Layout storage $ = CreditStorage.load();
        uint24 today = DayMath.today();
        for (uint24 ahead = 1; ahead <= VESTING_AHEAD_DAYS; ++ahead) {
            unvestedMor += $.credits[provider][today + ahead];
        }
    }

    function directOwedTo(address provider) internal view returns (uint128) {
        return CreditStorage.load().directOwed[provider];
    }

    // --- Inside

    /// @dev Walks over days that have vested, at most 64.
    function _walked(address provider, uint24 since) private view returns (CreditCursor memory cursor) {
        CreditStorage.Layout storage $ = CreditStorage.load();
        cursor = $.cursors[provider];
        uint24 today = DayMath.today();
        uint24 day = _firstDay(cursor, since);
        uint256 end = uint256(day) + MAX_WALK_DAYS;
        for (; day <= today && day < end; ++day) {
            cursor.vestedMor += $.credits[provider][day];
        }
        cursor.nextDay = day;
    }

    function _firstDay(CreditCursor memory cursor, uint24 since) private pure returns (uint24) {
        return cursor.nextDay > since ? cursor.nextDay : since;
    }

    function _nextDayWithCredits(address provider) private view returns (uint24) {
        CreditStorage.Layout storage $ = CreditStorage.load();
        uint24 today = DayMath.today();
        for (uint24 day = today + 1; day <= today + VESTING_AHEAD_DAYS; ++day) {
            if ($.credits[provider][day] != 0) return day;
        }
        return 0;
    }
}
