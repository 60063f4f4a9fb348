// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Provider} from "../types/Provider.sol";

library ProviderStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Provider
    struct Layout {
        // slot 0
        /// @dev Least stake [MOR-wei].
        uint128 minimumMor;
        /// @dev Least stake of a subnet [MOR-wei].
        uint128 subnetMor;
        // slot 1
        /// @dev Providers.
        mapping(address account => Provider provider) providers;
        /// @dev Who is active.
        address[] active;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Provider")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xa52ec2789e4ed1764ca5bfa010092a1d13928b48cc0d15c66f2a5926e20bb800;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
