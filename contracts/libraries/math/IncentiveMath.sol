// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {BPS} from "./Units.sol";

/// @title The launch incentive: a part of the emission for the best providers of a day.
library IncentiveMath {
    /// @dev Days it runs.
    uint256 internal constant LAUNCH_DAYS = 365;
    /// @dev Part of the day's total emission [bps] (2.4 %).
    uint256 internal constant POT_BPS = 240;
    /// @dev Providers of a day that share in it.
    uint256 internal constant PLACES = 100;

    /// @dev True on the days of the launch.
    function isLaunch(uint256 day, uint256 launchDay) internal pure returns (bool) {
        return launchDay != 0 && day >= launchDay && day < launchDay + LAUNCH_DAYS;
    }

    /// @dev A router's part of the pot, divided once, rounded down [MOR-wei].
    function potDown(uint256 emissionMor, uint256 shareBps) internal pure returns (uint256) {
        return (emissionMor * POT_BPS * shareBps) / (BPS * BPS);
    }

    /// @dev A router's part of the places, rounded down.
    function placesDown(uint256 shareBps) internal pure returns (uint256) {
        return (PLACES * shareBps) / BPS;
    }

    /// @dev What a provider gets with its claim, at most what it earned, rounded down [MOR-wei].
    function incentiveDown(uint256 potMor, uint256 dayMor, uint256 totalMor) internal pure returns (uint256) {
        if (totalMor == 0) return 0;
        return Math.min(dayMor, Math.mulDiv(potMor, dayMor, totalMor));
    }
}
