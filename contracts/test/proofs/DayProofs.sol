// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DayMath} from "../../libraries/math/DayMath.sol";
import {DAY_SECONDS} from "../../libraries/math/Units.sol";

/// @title What the compiler's model checker proves of days (check:smt).
/// @dev Times of 32 bits, which end in the year 2106.
contract DayProofs {
    /// @notice A moment lies in its day.
    function dayHoldsTheMoment(uint32 timestamp) external pure {
        uint256 day = DayMath.dayOf(timestamp);
        assert(day * DAY_SECONDS <= timestamp && timestamp < (day + 1) * DAY_SECONDS);
    }

    /// @notice Credits vest more than 24 and at most 48 hours after the end of their session.
    function creditsVestInTime(uint32 endedAt) external pure {
        uint256 vestsAt = uint256(DayMath.vestDay(endedAt)) * DAY_SECONDS;
        assert(vestsAt > uint256(endedAt) + DAY_SECONDS);
        assert(vestsAt <= uint256(endedAt) + DayMath.VESTING_DAYS * DAY_SECONDS);
    }

    /// @notice What is unstaked can leave after at least 12 and less than 36 hours.
    function unstakedLeavesInTime(uint32 timestamp) external pure {
        uint256 at = DayMath.withdrawableAt(timestamp);
        assert(at >= uint256(timestamp) + DayMath.UNSTAKE_SECONDS);
        assert(at < uint256(timestamp) + DayMath.UNSTAKE_SECONDS + DAY_SECONDS);
    }
}
