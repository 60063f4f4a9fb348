// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DAY_SECONDS} from "./Units.sol";

/// @title Days: a day is a UTC day, timestamp / 86400.
library DayMath {
    /// @dev Days after the end of a session at whose start its credits vest.
    uint256 internal constant VESTING_DAYS = 2;
    /// @dev The least time between unstaking and leaving [s] (12 h).
    uint256 internal constant UNSTAKE_SECONDS = 43_200;

    /// @dev UTC day of a moment.
    function dayOf(uint256 timestamp) internal pure returns (uint24) {
        return uint24(timestamp / DAY_SECONDS);
    }

    /// @dev The UTC day now.
    function today() internal view returns (uint24) {
        return dayOf(block.timestamp);
    }

    /// @dev UTC day at whose start credits of a session vest that ended at `endedAt`: 24 to 48 h later.
    function vestDay(uint256 endedAt) internal pure returns (uint24) {
        return uint24(endedAt / DAY_SECONDS + VESTING_DAYS);
    }

    /// @dev First UTC midnight at least 12 h after `timestamp` [s].
    function withdrawableAt(uint256 timestamp) internal pure returns (uint40) {
        return uint40(((timestamp + UNSTAKE_SECONDS + DAY_SECONDS - 1) / DAY_SECONDS) * DAY_SECONDS);
    }
}
