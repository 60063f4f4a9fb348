// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {AccessDay, AccessView, ReferenceParameters, ReferenceSource} from "../types/AccessDay.sol";

/// @title Access: what the day's budget buys, and who may use how much of it.
interface IAccessDays {
    /// @notice The access of a UTC day was fixed: reference price [MOR-wei per T] and MaxT [T].
    event AccessDayOpened(uint24 indexed day, uint128 referencePriceMor, uint128 maxTokens);
    /// @notice Where the reference price comes from changed.
    event ReferenceChanged(
        ReferenceSource previousSource,
        ReferenceSource newSource,
        uint128 previousStartPriceMor,
        uint128 newStartPriceMor,
        uint40 previousMaxAgeSeconds,
        uint40 newMaxAgeSeconds
    );
    /// @notice Quoted prices changed [1e-18 USD]: of a MOR, of 1,000 T.
    event QuoteChanged(
        uint128 previousMorPriceWad,
        uint128 newMorPriceWad,
        uint128 previousPricePer1000Wad,
        uint128 newPricePer1000Wad
    );

    /// @notice Chooses where the reference price comes from, from the next day that is opened on. Owner only.
    /// @param newStartPriceMor What a market without enough credits drifts to [MOR-wei per T], not 0.
    /// @param newMaxAgeSeconds A quote older than this is not used [s].
    function setReference(ReferenceSource newSource, uint128 newStartPriceMor, uint40 newMaxAgeSeconds) external;

    /// @notice Sets quoted prices [1e-18 USD]: of a MOR, 1e12 to 1e24; of 1,000 T, 1e6 to 1e24. Owner only.
    function setQuote(uint128 newMorPriceWad, uint128 newPricePer1000Wad) external;

    /// @notice Access of a UTC day; for today before it is opened what it would be now, else all zero.
    function getAccessDay(uint24 day) external view returns (AccessDay memory);

    /// @notice AccessRate of a UTC day, rounded down [T per MOR and day].
    function accessRate(uint24 day) external view returns (uint256);

    /// @notice UserMax: a person's share of MaxT on a UTC day, rounded down [T].
    function userMax(address user, uint24 day) external view returns (uint256);

    /// @notice The most that a router can credit for a person on a UTC day, rounded down [MOR-wei].
    function userMaxMor(address user, address router, uint24 day) external view returns (uint256);

    /// @notice A person's access on a UTC day in one call.
    function getAccess(address user, uint24 day) external view returns (AccessView memory);

    /// @notice How the reference price is found.
    function getReference() external view returns (ReferenceParameters memory);
}
