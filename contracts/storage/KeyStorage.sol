// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SigningKey} from "../types/SigningKey.sol";

library KeyStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Key
    struct Layout {
        /// @dev Keys and whom they serve.
        mapping(address key => SigningKey signingKey) keys;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Key")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x034756b6bf84685491c34e72225e5060f1b728526018f840d4bc9aa362bf0500;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
