// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library AccessStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Access
    struct Layout {
        /// @dev Cuts and parameters; a timelock on live networks.
        address owner;
        /// @dev Named to become the owner.
        address pendingOwner;
        /// @dev Pauses entries.
        address guardian;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Access")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xe12f3fb9149b592fb46abfb91a7524ff2e57cd5b24f8a9b03b60e04d689bcc00;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
