// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IncentiveMath} from "../../libraries/math/IncentiveMath.sol";
import {BPS} from "../../libraries/math/Units.sol";

/// @title What the compiler's model checker proves of the launch incentive (check:smt).
/// @dev Amounts below 2^112 wei, which is 5e15 MOR.
contract IncentiveProofs {
    /// @notice A provider gets at most what it earned, and at most the pot.
    function incentiveIsBounded(uint112 potMor, uint112 dayMor, uint112 totalMor) external pure {
        uint256 incentiveMor = IncentiveMath.incentiveDown(potMor, dayMor, totalMor);
        assert(incentiveMor <= dayMor);
        assert(dayMor > totalMor || incentiveMor <= potMor);
    }

    /// @notice Two providers of a book get together at most its pot.
    function incentivesFitIntoThePot(uint112 potMor, uint112 oneMor, uint112 otherMor, uint112 totalMor) external pure {
        if (uint256(oneMor) + otherMor > totalMor) return;
        uint256 bothMor =
            IncentiveMath.incentiveDown(potMor, oneMor, totalMor) +
                IncentiveMath.incentiveDown(potMor, otherMor, totalMor);
        assert(bothMor <= potMor);
    }

    /// @notice The pots of two routers are together at most 2.4 % of the emission.
    function potsFitIntoTheEmission(uint112 emissionMor, uint16 oneBps, uint16 otherBps) external pure {
        if (uint256(oneBps) + otherBps > BPS) return;
        uint256 bothMor = IncentiveMath.potDown(emissionMor, oneBps) + IncentiveMath.potDown(emissionMor, otherBps);
        assert(bothMor * BPS <= uint256(emissionMor) * IncentiveMath.POT_BPS);
    }

    /// @notice The places of two routers are together at most 100.
    function placesAreAtMostAHundred(uint16 oneBps, uint16 otherBps) external pure {
        if (uint256(oneBps) + otherBps > BPS) return;
        assert(IncentiveMath.placesDown(oneBps) + IncentiveMath.placesDown(otherBps) <= IncentiveMath.PLACES);
    }

    /// @notice The launch has 365 days.
    function launchEnds(uint24 day, uint24 launchDay) external pure {
        if (!IncentiveMath.isLaunch(day, launchDay)) return;
        assert(launchDay != 0 && day >= launchDay && uint256(day) - launchDay < IncentiveMath.LAUNCH_DAYS);
    }
}
