// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmissionStorage} from "../storage/EmissionStorage.sol";
import {EmissionBucket} from "../types/Day.sol";
import {EmissionMath} from "./math/EmissionMath.sol";
import {DAY_SECONDS} from "./math/Units.sol";

/// @title The MOR emission as it is scheduled.
library Emission {
    /// @dev For the construction only.
    function setSchedule(EmissionBucket[] memory buckets, uint8 computeBucket) internal {
        EmissionStorage.Layout storage $ = EmissionStorage.load();
        for (uint256 i = 0; i < buckets.length; ++i) {
            if (i == computeBucket) $.compute = buckets[i];
            else $.others.push(buckets[i]);
        }
        $.computeBucket = computeBucket;
    }

    function schedule() internal view returns (EmissionBucket[] memory buckets, uint8 computeBucket) {
        EmissionStorage.Layout storage $ = EmissionStorage.load();
        computeBucket = $.computeBucket;
        buckets = new EmissionBucket[]($.others.length + 1);
        for (uint256 i = 0; i < buckets.length; ++i) {
            if (i == computeBucket) buckets[i] = $.compute;
            else buckets[i] = $.others[i < computeBucket ? i : i - 1];
        }
    }

    /// @dev Compute emission scheduled for a UTC day [MOR-wei].
    function computeOfDay(uint24 day) internal view returns (uint256) {
        return _ofDay(EmissionStorage.load().compute, day);
    }

    /// @dev All emission scheduled for a UTC day [MOR-wei].
    function totalOfDay(uint24 day) internal view returns (uint256 totalMor) {
        totalMor = computeOfDay(day);
        EmissionBucket[] memory others = EmissionStorage.load().others;
        for (uint256 i = 0; i < others.length; ++i) {
            totalMor += _ofDay(others[i], day);
        }
    }

    /// @dev Emission of every bucket but compute until the start of a UTC day [MOR-wei].
    function otherUntil(uint24 day) internal view returns (uint256 totalMor) {
        EmissionBucket[] memory others = EmissionStorage.load().others;
        for (uint256 i = 0; i < others.length; ++i) {
            totalMor += EmissionMath.emittedUntilDown(others[i], uint256(day) * DAY_SECONDS);
        }
    }

    function _ofDay(EmissionBucket memory bucket, uint24 day) private pure returns (uint256) {
        uint256 startAt = uint256(day) * DAY_SECONDS;
        return
            EmissionMath.emittedUntilDown(bucket, startAt + DAY_SECONDS) -
            EmissionMath.emittedUntilDown(bucket, startAt);
    }
}
