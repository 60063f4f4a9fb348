// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {EmissionBucket} from "../../types/Day.sol";

/// @title The linear MOR emission.
library EmissionMath {
    /// @dev Emission of a bucket from its start until `timestamp`, linear inside an interval, rounded down [MOR-wei].
    function emittedUntilDown(EmissionBucket memory bucket, uint256 timestamp) internal pure returns (uint256) {
        if (timestamp <= bucket.payoutStartAt) return 0;
        uint256 elapsedSeconds = timestamp - bucket.payoutStartAt;
        uint256 intervals = elapsedSeconds / bucket.decreaseIntervalSeconds;
        uint256 initial = bucket.initialRewardMor;
        uint256 decrease = bucket.rewardDecreaseMor;

        uint256 positive = decrease == 0 ? type(uint256).max : Math.ceilDiv(initial, decrease);
        if (intervals >= positive) return _sum(initial, decrease, positive);

        uint256 running = initial - intervals * decrease;
        uint256 part = elapsedSeconds % bucket.decreaseIntervalSeconds;
        return _sum(initial, decrease, intervals) + (running * part) / bucket.decreaseIntervalSeconds;
    }

    /// @dev Rewards of the first `intervals` intervals, all of them positive [MOR-wei].
    function _sum(uint256 initial, uint256 decrease, uint256 intervals) private pure returns (uint256) {
        if (intervals == 0) return 0;
        return intervals * initial - (decrease * intervals * (intervals - 1)) / 2;
    }
}
