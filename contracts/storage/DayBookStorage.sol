// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DayBook} from "../types/DayBook.sol";

library DayBookStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.DayBook
    struct Layout {
        /// @dev What routers credited.
        mapping(address router => mapping(uint24 day => DayBook book)) books;
        /// @dev Bit day % 256 is set when the provider's leaf of that day was paid.
        mapping(address router => mapping(address provider => mapping(uint24 word => uint256 bits))) claimed;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.DayBook")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xe693608c086d6bf48e07636e220b930863e062c23732eb84347691972cfa6500;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
