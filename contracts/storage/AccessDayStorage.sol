// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccessDay, ReferenceParameters} from "../types/AccessDay.sol";

library AccessDayStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.AccessDay
    struct Layout {
        /// @dev How the reference price is found.
        ReferenceParameters parameters;
        /// @dev Reference price of the last day that was opened [MOR-wei per T].
        uint128 lastPriceMor;
        /// @dev Snapshots.
        mapping(uint24 day => AccessDay snapshot) snapshots;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.AccessDay")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x0e85cfcbd491bb0b5d76e35c2ddecd19c73624040e04205a0f3e6768ffe81200;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
