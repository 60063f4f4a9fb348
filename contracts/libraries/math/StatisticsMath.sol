// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Counters that saturate and averages that fade; nothing here ever reverts.
library StatisticsMath {
    /// @dev Weight that the running averages keep for the past; a new value moves them by one part of it.
    uint256 internal constant AVERAGE_WINDOW = 100;

    /// @dev Sum limited to 32 bits.
    function add32(uint32 value, uint256 added) internal pure returns (uint32) {
        unchecked {
            uint256 room = type(uint32).max - value;
            return added >= room ? type(uint32).max : uint32(value + added);
        }
    }

    /// @dev Sum limited to 64 bits.
    function add64(uint64 value, uint256 added) internal pure returns (uint64) {
        unchecked {
            uint256 room = type(uint64).max - value;
            return added >= room ? type(uint64).max : uint64(value + added);
        }
    }

    /// @dev Sum limited to 128 bits.
    function add128(uint128 value, uint256 added) internal pure returns (uint128) {
        unchecked {
            uint256 room = type(uint128).max - value;
            return added >= room ? type(uint128).max : uint128(value + added);
        }
    }

    /// @dev Average after one more value: exact mean of the first 100, then fading; rounded down.
    function averageDown(uint32 average, uint256 countBefore, uint32 value) internal pure returns (uint32) {
        uint256 weight = Math.min(countBefore, AVERAGE_WINDOW - 1);
        return uint32((uint256(average) * weight + value) / (weight + 1));
    }
}
