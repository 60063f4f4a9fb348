// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Demand} from "../types/Answer.sol";

library DemandStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Demand
    struct Layout {
        // slot 0
        /// @dev The most that who proves a fault gets [MOR-wei].
        uint128 rewardMor;
        /// @dev Deposit of a demand [MOR-wei].
        uint128 depositMor;
        // slot 1
        /// @dev Demands without an answer.
        mapping(address router => mapping(uint24 day => mapping(uint128 positionMor => Demand demand))) demands;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Demand")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x28a7226565c12b6cda9d12adfd71b756ae3226e1c45ef7a85e3b8950036e1c00;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
