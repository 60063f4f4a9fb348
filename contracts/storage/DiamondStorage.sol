// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SelectorEntry} from "../types/SelectorEntry.sol";

library DiamondStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Diamond
    struct Layout {
        /// @dev Facet and place of each function.
        mapping(bytes4 selector => SelectorEntry entry) entries;
        /// @dev All functions.
        bytes4[] selectors;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Diamond")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x5e7a92b2e8f1ade721801c8c146b4103962e6127b84f412e305722128b9f4f00;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
