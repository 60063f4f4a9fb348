// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library DelegationStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Delegation
    struct Layout {
        /// @dev delegate.xyz v2 registry; the zero address = none.
        address registry;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Delegation")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xe6a102e10cf1cc217e33c1c8788f6a684d14e80dc2cd18ab7c165ffdd9df8700;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
