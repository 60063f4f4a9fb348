// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Tags} from "../libraries/Tags.sol";

/// @title Tags in one byte string and back.
contract TagHarness {
    function pack(string[] memory tags) external pure returns (bytes memory) {
        return Tags.pack(tags);
    }

    function unpack(bytes memory packed) external pure returns (string[] memory) {
        return Tags.unpack(packed);
    }
}
