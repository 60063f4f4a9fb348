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
            $.buckets.push(buckets[i]);
        }
        $.computeBucket = computeBucket;
    }

    function schedule() internal view returns (EmissionBucket[] memory buckets, uint8 computeBucket) {
        EmissionStorage.Layout storage $ = EmissionStorage.load();
        return ($.buckets, $.computeBucket);
    }

    /// @dev Compute emission scheduled for a UTC day [MOR-wei].
    function computeOfDay(uint24 day) internal view returns (uint256) {
        EmissionStorage.Layout storage $ = EmissionStorage.load();
        return _ofDay($.buckets[$.computeBucket], day);
    }

    /// @dev All emission scheduled for a UTC day [MOR-wei].
    function totalOfDay(uint24 day) internal view returns (uint256 totalMor) {
        EmissionBucket[] memory buckets = EmissionStorage.load().buckets;
        for (uint256 i = 0; i < buckets.length; ++i) {
            totalMor += _ofDay(buckets[i], day);
        }
    }

    /// @dev Emission of every bucket but compute until the start of a UTC day [MOR-wei].
    function otherUntil(uint24 day) internal view returns (uint256 totalMor) {
        EmissionStorage.Layout storage $ = EmissionStorage.load();
        EmissionBucket[] memory buckets = $.buckets;
        for (uint256 i = 0; i < buckets.length; ++i) {
            if (i == $.computeBucket) continue;
            totalMor += EmissionMath.emittedUntilDown(buckets[i], uint256(day) * DAY_SECONDS);
        }
    }

    function _ofDay(EmissionBucket memory bucket, uint24 day) private pure returns (uint256) {
        uint256 startAt = uint256(day) * DAY_SECONDS;
        return
            EmissionMath.emittedUntilDown(bucket, startAt + DAY_SECONDS) -
            EmissionMath.emittedUntilDown(bucket, startAt);
    }
}
