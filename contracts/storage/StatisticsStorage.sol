// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ModelId} from "../types/Ids.sol";
import {Statistics} from "../types/Statistics.sol";

library StatisticsStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Statistics
    struct Layout {
        /// @dev How sessions went.
        mapping(ModelId modelId => mapping(address provider => Statistics statistics)) statistics;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Statistics")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xbdcd6f0e96e34d1d17812e285ca2f07988478cf848dd7f5a152b3dd8d33e3200;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
