// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BPS} from "./Units.sol";

/// @title What the day's budget buys and who may use how much of it.
library AccessMath {
    /// @dev Tokens that a quoted price is for.
    uint256 internal constant QUOTED_TOKENS = 1_000;
    /// @dev One in ratios and in MOR.
    uint256 internal constant WAD = 1e18;
    /// @dev A market with credits below this part of the budget sets no price: 1 %.
    uint256 internal constant LEAST_PART = 100;
    /// @dev What such a market drifts to its start value by, each day [bps] (5 %).
    uint256 internal constant DRIFT_BPS = 500;

    /// @dev MaxT at a reference price, rounded down [T].
    function maxTokensDown(uint256 budgetMor, uint256 referencePriceMor) internal pure returns (uint256) {
        return budgetMor / referencePriceMor;
    }

    /// @dev MaxT of quoted prices, rounded down once [T].
    function quotedTokensDown(
        uint256 budgetMor,
        uint256 morPriceWad,
        uint256 pricePer1000Wad
    ) internal pure returns (uint256) {
        return Math.mulDiv(budgetMor * morPriceWad, QUOTED_TOKENS, pricePer1000Wad * WAD);
    }

    /// @dev Reference price of quoted prices, rounded up [MOR-wei per T].
    function quotedPriceUp(uint256 morPriceWad, uint256 pricePer1000Wad) internal pure returns (uint256) {
        return Math.ceilDiv(pricePer1000Wad * WAD, morPriceWad * QUOTED_TOKENS);
    }

    /// @dev Average price of a market, rounded up [MOR-wei per T].
    function marketPriceUp(uint256 totalMor, uint256 totalTokens) internal pure returns (uint256) {
        return Math.ceilDiv(totalMor, totalTokens);
    }

    /// @dev True if a market credited enough of its budget to set a price.
    function isMarketPrice(uint256 totalMor, uint256 totalTokens, uint256 budgetMor) internal pure returns (bool) {
        return budgetMor > 0 && totalTokens > 0 && totalMor * LEAST_PART >= budgetMor;
    }

    /// @dev The last price moved 5 % of the way to the start value, rounded up [MOR-wei per T].
    function driftUp(uint256 lastMor, uint256 startMor) internal pure returns (uint256) {
        if (lastMor < startMor) return lastMor + Math.ceilDiv((startMor - lastMor) * DRIFT_BPS, BPS);
        return lastMor - ((lastMor - startMor) * DRIFT_BPS) / BPS;
    }

    /// @dev Tokens per MOR and day, rounded down [T].
    function accessRateDown(uint256 maxTokens, uint256 supplyMor) internal pure returns (uint256) {
        return supplyMor == 0 ? 0 : Math.mulDiv(maxTokens, WAD, supplyMor);
    }

    /// @dev A person's share of MaxT, divided once, rounded down [T].
    function userMaxDown(uint256 maxTokens, uint256 countedMor, uint256 supplyMor) internal pure returns (uint256) {
        return supplyMor == 0 ? 0 : Math.mulDiv(maxTokens, countedMor, supplyMor);
    }

    /// @dev Part of the budget that stake commands at a router, divided once, rounded down [MOR-wei].
    function capDown(
        uint256 budgetMor,
        uint256 countedMor,
        uint256 shareBps,
        uint256 supplyMor
    ) internal pure returns (uint256) {
        return supplyMor == 0 ? 0 : Math.mulDiv(budgetMor * shareBps, countedMor, supplyMor * BPS);
    }
}
