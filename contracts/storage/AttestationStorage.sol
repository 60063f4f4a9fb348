// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ModelId} from "../types/Ids.sol";

library AttestationStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Attestation
    struct Layout {
        /// @dev Hash of the weights that an account says it serves.
        mapping(ModelId modelId => mapping(address account => bytes32 weightsHash)) weightsHashes;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Attestation")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x25c69c3e8576f95f9b29774ca2aecc9b730dc32c689e8d9b3e2341c891c6e600;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
