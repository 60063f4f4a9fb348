// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IAccessDays} from "../interfaces/IAccessDays.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {AccessDayStorage} from "../storage/AccessDayStorage.sol";
import {AccessDay, AccessView, ReferenceParameters, ReferenceSource} from "../types/AccessDay.sol";
import {Day} from "../types/Day.sol";
import {BookStatus, DayBook} from "../types/DayBook.sol";
import {Purpose} from "../types/Stake.sol";
import {AccessMath} from "./math/AccessMath.sol";
import {DayMath} from "./math/DayMath.sol";
import {DayBooks} from "./DayBooks.sol";
import {Pool} from "./Pool.sol";
import {Routers} from "./Routers.sol";
import {Stakes} from "./Stakes.sol";

/// @title Access: MaxT, AccessRate, UserMax. Opening a day fixes its reference price.
library AccessDays {
    using SafeCast for uint256;

    /// @dev The market of this many days ago sets the price: its books had time to become final.
    uint24 internal constant MARKET_AGE_DAYS = 3;
    /// @dev Quoted prices lie in ranges in which no day can fail to open [1e-18 USD]: a MOR from a millionth of a
    /// dollar to a million, 1,000 T from 1e-12 dollars to a million.
    uint256 internal constant MIN_MOR_PRICE_WAD = 1e12;
    uint256 internal constant MAX_MOR_PRICE_WAD = 1e24;
    uint256 internal constant MIN_PER_1000_WAD = 1e6;
    uint256 internal constant MAX_PER_1000_WAD = 1e24;

    // --- Opening

    /// @dev Opens today if it is not open, its access included.
    function openDay() internal returns (Day memory day) {
        uint24 today = DayMath.today();
        bool isOpen = Pool.snapshotOf(today).openedAt != 0;
        day = Pool.openDay();
        if (isOpen) return day;
        AccessDayStorage.Layout storage $ = AccessDayStorage.load();
        AccessDay memory access = _simulate(today, day);
        $.snapshots[today] = access;
        $.lastPriceMor = access.referencePriceMor;
        emit IAccessDays.AccessDayOpened(today, access.referencePriceMor, access.maxTokens);
    }

    // --- Parameters

    function setReference(ReferenceSource newSource, uint128 newStartPriceMor, uint40 newMaxAgeSeconds) internal {
        ReferenceParameters storage stored = AccessDayStorage.load().parameters;
        if (newStartPriceMor == 0) revert ICommonErrors.ZeroValue("startPriceMor");
        emit IAccessDays.ReferenceChanged(
            stored.source,
            newSource,
            stored.startPriceMor,
            newStartPriceMor,
            stored.quoteMaxAgeSeconds,
            newMaxAgeSeconds
        );
        stored.source = newSource;
        stored.startPriceMor = newStartPriceMor;
        stored.quoteMaxAgeSeconds = newMaxAgeSeconds;
    }

    function setQuote(uint128 newMorPriceWad, uint128 newPricePer1000Wad) internal {
        ReferenceParameters storage stored = AccessDayStorage.load().parameters;
        _requireRange("morPriceWad", newMorPriceWad, MIN_MOR_PRICE_WAD, MAX_MOR_PRICE_WAD);
        _requireRange("pricePer1000Wad", newPricePer1000Wad, MIN_PER_1000_WAD, MAX_PER_1000_WAD);
        emit IAccessDays.QuoteChanged(stored.morPriceWad, newMorPriceWad, stored.pricePer1000Wad, newPricePer1000Wad);
        stored.morPriceWad = newMorPriceWad;
        stored.pricePer1000Wad = newPricePer1000Wad;
        stored.quotedAt = uint40(block.timestamp);
    }

    // --- Reads

    function parameters() internal view returns (ReferenceParameters memory) {
        return AccessDayStorage.load().parameters;
    }

    /// @dev Access of a day with its snapshot; today as it would be if it were opened now.
    function get(uint24 day) internal view returns (AccessDay memory access, Day memory snapshot) {
        if (day != DayMath.today()) return (AccessDayStorage.load().snapshots[day], Pool.snapshotOf(day));
        snapshot = Pool.snapshotOf(day);
        if (snapshot.openedAt != 0) return (AccessDayStorage.load().snapshots[day], snapshot);
        snapshot = Pool.simulateToday();
        if (snapshot.openedAt != 0) access = _simulate(day, snapshot);
    }

    function viewOf(address user, uint24 day) internal view returns (AccessView memory) {
        (AccessDay memory access, Day memory snapshot) = get(day);
        uint128 countedMor = Stakes.countedOf(user, Purpose.Access, day);
        return
            AccessView({
                maxTokens: access.maxTokens,
                accessRate: AccessMath.accessRateDown(access.maxTokens, snapshot.supplyMor),
                countedMor: countedMor,
                userMax: AccessMath.userMaxDown(access.maxTokens, countedMor, snapshot.supplyMor),
                isTokenCapBinding: access.isTokenCapBinding
            });
    }

    /// @dev The most that a router can credit for a person on a day, rounded down [MOR-wei].
    function userMaxMor(address user, address router, uint24 day) internal view returns (uint256) {
        (, Day memory snapshot) = get(day);
        uint128 countedMor = Stakes.countedOf(user, Purpose.Access, day);
        return AccessMath.capDown(snapshot.budgetMor, countedMor, Routers.shareOf(router, day), snapshot.supplyMor);
    }

    // --- Inside

    function _simulate(uint24 today, Day memory day) private view returns (AccessDay memory access) {
        ReferenceParameters memory given = AccessDayStorage.load().parameters;
        if (given.source == ReferenceSource.Market) {
            access.referencePriceMor = _marketPrice(today, given.startPriceMor);
        } else if (_isFresh(given)) {
            (uint256 morPriceWad, uint256 pricePer1000Wad) = (given.morPriceWad, given.pricePer1000Wad);
            access.referencePriceMor = AccessMath.quotedPriceUp(morPriceWad, pricePer1000Wad).toUint128();
            access.maxTokens = AccessMath.quotedTokensDown(day.budgetMor, morPriceWad, pricePer1000Wad).toUint120();
            access.isTokenCapBinding = true;
            return access;
        } else {
            access.referencePriceMor = _lastPrice(given.startPriceMor);
        }
        access.maxTokens = uint120(AccessMath.maxTokensDown(day.budgetMor, access.referencePriceMor));
    }

    /// @dev Average price of the final books three days ago, if they credited enough of that day's budget.
    function _marketPrice(uint24 today, uint128 startPriceMor) private view returns (uint128) {
        uint24 day = today - MARKET_AGE_DAYS;
        (uint256 totalMor, uint256 totalTokens) = _finalBooks(day);
        if (AccessMath.isMarketPrice(totalMor, totalTokens, Pool.snapshotOf(day).budgetMor)) {
            return AccessMath.marketPriceUp(totalMor, totalTokens).toUint128();
        }
        return AccessMath.driftUp(_lastPrice(startPriceMor), startPriceMor).toUint128();
    }

    function _finalBooks(uint24 day) private view returns (uint256 totalMor, uint256 totalTokens) {
        address[] memory accounts = Routers.accounts();
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (DayBooks.statusOf(accounts[i], day) != BookStatus.Final) continue;
            DayBook memory book = DayBooks.get(accounts[i], day);
            totalMor += book.totalMor;
            totalTokens += book.totalTokens;
        }
    }

    function _lastPrice(uint128 startPriceMor) private view returns (uint128) {
        uint128 lastPriceMor = AccessDayStorage.load().lastPriceMor;
        return lastPriceMor == 0 ? startPriceMor : lastPriceMor;
    }

    function _requireRange(bytes32 name, uint256 value, uint256 min, uint256 max) private pure {
        if (value < min || value > max) revert ICommonErrors.ValueOutOfRange(name, value, min, max);
    }

    function _isFresh(ReferenceParameters memory given) private view returns (bool) {
        if (given.quotedAt == 0) return false;
        return block.timestamp <= uint256(given.quotedAt) + given.quoteMaxAgeSeconds;
    }
}
