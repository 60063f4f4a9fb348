// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ModelId} from "../types/Ids.sol";
import {Model} from "../types/Model.sol";
import {PackedList} from "../types/PackedList.sol";

library ModelStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Model
    struct Layout {
        /// @dev Least stake [MOR-wei].
        uint128 minimumMor;
        /// @dev Models.
        mapping(ModelId modelId => Model model) models;
        /// @dev All models ever, by running number.
        ModelId[] ids;
        /// @dev Running numbers of active models.
        PackedList active;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Model")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x63a7ab8b0b6ac2dad2f19d09760d7cb7263a61e862d28ff28dcc7133f0d1ea00;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
