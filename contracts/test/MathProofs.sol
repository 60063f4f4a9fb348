// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DayMath} from "../libraries/math/DayMath.sol";
import {SessionMath} from "../libraries/math/SessionMath.sol";
import {StatisticsMath} from "../libraries/math/StatisticsMath.sol";
import {DAY_SECONDS} from "../libraries/math/Units.sol";

/// @title Statements about the pure formulas that the compiler's model checker proves for all inputs (check:smt).
contract MathProofs {
    /// @dev Times are 40 bits wide everywhere; a day still fits above.
    uint256 private constant LAST_TIME = type(uint40).max - 2 * DAY_SECONDS;

    // --- Days

    /// @notice A day holds its moments.
    function dayHoldsItsMoments(uint256 timestamp) external pure {
        require(timestamp <= LAST_TIME);
        uint256 day = DayMath.dayOf(timestamp);
        assert(day * DAY_SECONDS <= timestamp && timestamp < (day + 1) * DAY_SECONDS);
    }

    /// @notice Credits vest 24 to 48 h after the end.
    function creditsVestInTime(uint256 endedAt) external pure {
        require(endedAt <= LAST_TIME);
        uint256 vestAt = uint256(DayMath.vestDay(endedAt)) * DAY_SECONDS;
        assert(vestAt > endedAt + DAY_SECONDS && vestAt <= endedAt + 2 * DAY_SECONDS);
    }

    /// @notice Unstaked MOR leaves at a midnight, 12 to 36 h later.
    function stakeLeavesInTime(uint256 timestamp) external pure {
        require(timestamp <= LAST_TIME);
        uint256 leavesAt = DayMath.withdrawableAt(timestamp);
        assert(leavesAt % DAY_SECONDS == 0);
        assert(leavesAt >= timestamp + DayMath.UNSTAKE_SECONDS);
        assert(leavesAt < timestamp + DayMath.UNSTAKE_SECONDS + DAY_SECONDS);
    }

    // --- Sessions

    /// @notice What counts of a session is neither more than its length nor than the time that passed.
    function usedIsBounded(uint256 openedAt, uint256 durationSeconds, uint256 timestamp) external pure {
        require(openedAt <= timestamp);
        uint256 used = SessionMath.usedSeconds(openedAt, durationSeconds, timestamp);
        assert(used <= durationSeconds && used <= timestamp - openedAt);
        assert(used == durationSeconds || used == timestamp - openedAt);
    }

    /// @notice The dispute window is at most half an hour and a tenth of the session, and ends before it.
    function disputeIsBounded(uint256 durationSeconds) external pure {
        uint256 window = SessionMath.disputeSeconds(durationSeconds);
        assert(window <= SessionMath.MAX_DISPUTE_SECONDS);
        assert(window <= durationSeconds / SessionMath.DISPUTE_PART);
        assert(durationSeconds == 0 || window < durationSeconds);
    }

    // --- Statistics

    /// @notice Counters of 32 bits never fall and stop at the top.
    function counter32Saturates(uint32 value, uint256 added) external pure {
        uint256 sum = StatisticsMath.add32(value, added);
        assert(sum >= value);
        assert(added > type(uint32).max - value ? sum == type(uint32).max : sum == value + added);
    }

    /// @notice Counters of 64 bits never fall and stop at the top.
    function counter64Saturates(uint64 value, uint256 added) external pure {
        uint256 sum = StatisticsMath.add64(value, added);
        assert(sum >= value);
        assert(added > type(uint64).max - value ? sum == type(uint64).max : sum == value + added);
    }

    /// @notice Sums of 128 bits never fall and stop at the top.
    function counter128Saturates(uint128 value, uint256 added) external pure {
        uint256 sum = StatisticsMath.add128(value, added);
        assert(sum >= value);
        assert(added > type(uint128).max - value ? sum == type(uint128).max : sum == value + added);
    }
}
