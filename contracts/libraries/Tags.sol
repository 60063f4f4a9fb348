// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IModelRegistry} from "../interfaces/IModelRegistry.sol";

/// @title Tags in one byte string, each preceded by its length, so that a few short tags fill one slot.
library Tags {
    /// @dev Most tags of a model.
    uint256 internal constant MAX_TAGS = 16;
    /// @dev The longest tag [bytes].
    uint256 internal constant MAX_TAG_BYTES = 64;

    function pack(string[] memory tags) internal pure returns (bytes memory packed) {
        if (tags.length > MAX_TAGS) {
            revert IModelRegistry.ModelTagsInvalid(tags.length, MAX_TAGS, MAX_TAG_BYTES);
        }
        for (uint256 i = 0; i < tags.length; ++i) {
            bytes memory tag = bytes(tags[i]);
            if (tag.length > MAX_TAG_BYTES) {
                revert IModelRegistry.ModelTagsInvalid(tags.length, MAX_TAGS, MAX_TAG_BYTES);
            }
            packed = bytes.concat(packed, bytes1(uint8(tag.length)), tag);
        }
    }

    function unpack(bytes memory packed) internal pure returns (string[] memory tags) {
        uint256 count = 0;
        for (uint256 place = 0; place < packed.length; place += 1 + uint8(packed[place])) {
            ++count;
        }
        tags = new string[](count);
        uint256 start = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 length = uint8(packed[start]);
            bytes memory tag = new bytes(length);
            for (uint256 j = 0; j < length; ++j) {
                tag[j] = packed[start + 1 + j];
            }
            tags[i] = string(tag);
            start += 1 + length;
        }
    }
}
