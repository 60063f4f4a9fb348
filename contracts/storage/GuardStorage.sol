// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GuardBucket, GuardHead} from "../types/Guard.sol";

library GuardStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Guard
    struct Layout {
        // slot 0
        /// @dev Hours that are there, and the ceiling of this one.
        GuardHead head;
        // slots 1 to 25
        /// @dev Buckets by hour % 25.
        GuardBucket[25] buckets;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Guard")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x353bb1e8a0d54ef917918d59f3e0bb5e33091a292f77e8a60d04604c58d70900;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
