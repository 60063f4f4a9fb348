// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmissionBucket} from "../types/Day.sol";

library EmissionStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Emission
    struct Layout {
        /// @dev The compute bucket of the MOR emission, which every payment reads.
        EmissionBucket compute;
        /// @dev The other buckets, in their order.
        EmissionBucket[] others;
        /// @dev Place of the compute bucket among all.
        uint8 computeBucket;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Emission")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x639df7a096a2555062093dbc390b5945d9fb4c272bda03f00c84d523526a1300;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
