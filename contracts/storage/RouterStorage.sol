// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RouterRules} from "../types/Router.sol";
import {RouterAccount} from "../types/RouterAccount.sol";

library RouterStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Router
    struct Layout {
        /// @dev Routers.
        mapping(address account => RouterAccount router) routers;
        /// @dev All routers ever admitted, at most 16.
        address[] accounts;
        /// @dev Rules that routers follow off chain.
        RouterRules rules;
        // slot 4
        /// @dev Sum of all shares from tomorrow on [bps].
        uint16 totalShareBps;
        /// @dev First UTC day of the launch incentive; 0 = none.
        uint24 launchDay;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Router")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xc8869fe5c28b9b87a6854619b3fe4e6f2814edd3fba95c87cba7ea55a6ce3200;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
