// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Purpose, Unstaking} from "../types/Stake.sol";
import {StakeAccount} from "../types/StakeAccount.sol";

library StakeStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Stake
    struct Layout {
        /// @dev Accounts.
        mapping(address owner => mapping(Purpose purpose => StakeAccount account)) accounts;
        /// @dev Sums over all accounts.
        mapping(Purpose purpose => StakeAccount total) totals;
        /// @dev MOR on its way out.
        mapping(address owner => Unstaking unstaking) unstakings;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Stake")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xc983a09839d7df98cb79867b7004b139679d0b4f17b8208f35542b50cf2f8100;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
