// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessMath} from "../../libraries/math/AccessMath.sol";
import {StipendMath} from "../../libraries/math/StipendMath.sol";
import {BPS} from "../../libraries/math/Units.sol";

/// @title What the compiler's model checker proves of the access of a day (check:smt).
/// @dev Amounts below 2^112 wei, which is 5e15 MOR.
contract AccessProofs {
    // --- Tokens

    /// @notice MaxT at its price costs at most the budget.
    function maxTokensFitIntoTheBudget(uint112 budgetMor, uint112 priceMor) external pure {
        if (priceMor == 0) return;
        assert(AccessMath.maxTokensDown(budgetMor, priceMor) * priceMor <= budgetMor);
    }

    /// @notice The rate times the supply is at most MaxT.
    function accessRateIsRoundedDown(uint112 maxTokens, uint112 supplyMor) external pure {
        assert(AccessMath.accessRateDown(maxTokens, supplyMor) * supplyMor <= uint256(maxTokens) * AccessMath.WAD);
    }

    /// @notice UserMax is at most MaxT, and at most the share of the stake.
    function userMaxIsAShare(uint112 maxTokens, uint112 countedMor, uint112 supplyMor) external pure {
        uint256 tokens = AccessMath.userMaxDown(maxTokens, countedMor, supplyMor);
        assert(tokens * supplyMor <= uint256(maxTokens) * countedMor);
        assert(countedMor > supplyMor || tokens <= maxTokens);
    }

    // --- Caps

    /// @notice A cap is at most the router's share of the budget.
    function capIsAShare(uint112 budgetMor, uint112 countedMor, uint16 shareBps, uint112 supplyMor) external pure {
        if (shareBps > BPS || countedMor > supplyMor) return;
        uint256 capMor = AccessMath.capDown(budgetMor, countedMor, shareBps, supplyMor);
        assert(capMor * BPS <= uint256(budgetMor) * shareBps);
    }

    /// @notice The caps of two routers are together at most the budget.
    function capsFitIntoTheBudget(
        uint112 budgetMor,
        uint112 countedMor,
        uint16 oneBps,
        uint16 otherBps,
        uint112 supplyMor
    ) external pure {
        if (uint256(oneBps) + otherBps > BPS || countedMor > supplyMor) return;
        uint256 oneMor = AccessMath.capDown(budgetMor, countedMor, oneBps, supplyMor);
        uint256 otherMor = AccessMath.capDown(budgetMor, countedMor, otherBps, supplyMor);
        assert(oneMor + otherMor <= budgetMor);
    }

    /// @notice Two users' caps at a router are together at most its cap for both.
    function splittingGainsNothing(
        uint112 budgetMor,
        uint112 oneMor,
        uint112 otherMor,
        uint16 shareBps,
        uint112 supplyMor
    ) external pure {
        if (shareBps > BPS || uint256(oneMor) + otherMor > supplyMor) return;
        uint256 splitMor =
            AccessMath.capDown(budgetMor, oneMor, shareBps, supplyMor) +
                AccessMath.capDown(budgetMor, otherMor, shareBps, supplyMor);
        assert(splitMor <= AccessMath.capDown(budgetMor, uint256(oneMor) + otherMor, shareBps, supplyMor));
    }

    /// @notice Sessions and requests of a day are together at most its budget (I23).
    function sessionsAndRequestsFitIntoTheBudget(
        uint112 budgetMor,
        uint112 sessionMor,
        uint112 accessMor,
        uint16 shareBps,
        uint112 supplyMor
    ) external pure {
        if (shareBps > BPS || uint256(sessionMor) + accessMor > supplyMor) return;
        uint256 allowanceMor = StipendMath.allowanceDown(budgetMor, sessionMor, supplyMor);
        uint256 capMor = AccessMath.capDown(budgetMor, accessMor, shareBps, supplyMor);
        assert(allowanceMor + capMor <= budgetMor);
    }

    // --- Prices

    /// @notice The price of a market covers what was credited, and one wei less would not.
    function marketPriceIsRoundedUp(uint112 totalMor, uint64 totalTokens) external pure {
        if (totalTokens == 0) return;
        uint256 priceMor = AccessMath.marketPriceUp(totalMor, totalTokens);
        assert(priceMor * totalTokens >= totalMor);
        assert(priceMor == 0 || (priceMor - 1) * totalTokens < totalMor);
    }

    /// @notice A market that sets a price credited at least 1 % of its budget.
    function marketHasAPart(uint112 totalMor, uint64 totalTokens, uint112 budgetMor) external pure {
        if (!AccessMath.isMarketPrice(totalMor, totalTokens, budgetMor)) return;
        assert(totalTokens > 0 && uint256(totalMor) * AccessMath.LEAST_PART >= budgetMor);
    }

    /// @notice A drifting price never passes its start value.
    function driftStaysBetween(uint112 lastMor, uint112 startMor) external pure {
        uint256 priceMor = AccessMath.driftUp(lastMor, startMor);
        if (lastMor < startMor) assert(priceMor > lastMor && priceMor <= startMor);
        else assert(priceMor <= lastMor && priceMor >= startMor);
    }

    /// @notice A quoted price is rounded up.
    function quotedPriceIsRoundedUp(uint96 morPriceWad, uint96 pricePer1000Wad) external pure {
        if (morPriceWad == 0) return;
        uint256 priceMor = AccessMath.quotedPriceUp(morPriceWad, pricePer1000Wad);
        assert(priceMor * morPriceWad * AccessMath.QUOTED_TOKENS >= uint256(pricePer1000Wad) * AccessMath.WAD);
    }

    /// @notice Quoted MaxT at its price costs at most what the budget is worth.
    function quotedTokensAreRoundedDown(uint96 budgetMor, uint64 morPriceWad, uint64 pricePer1000Wad) external pure {
        if (pricePer1000Wad == 0) return;
        uint256 tokens = AccessMath.quotedTokensDown(budgetMor, morPriceWad, pricePer1000Wad);
        assert(
            tokens * pricePer1000Wad * AccessMath.WAD <= uint256(budgetMor) * morPriceWad * AccessMath.QUOTED_TOKENS
        );
    }
}
