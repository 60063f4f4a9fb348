// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Day} from "../types/Day.sol";

library PoolStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Pool
    struct Layout {
        // slot 0, what a payment reads; it writes none of it
        // paid = entered - balance of the pool, owed = promised - paid; 96 bits hold 7e10 MOR
        /// @dev Ever promised to providers and not taken back [MOR-wei].
        uint96 promisedMor;
        /// @dev Ever entered the pool [MOR-wei].
        uint96 enteredMor;
        /// @dev Part of the free pool promised on a day [bps].
        uint16 budgetBps;
        /// @dev Part of the pool that may leave in 24 h [bps].
        uint16 guardBps;
        // slot 1
        /// @dev Emission ever received, a part of what entered [MOR-wei].
        uint96 receivedMor;
        /// @dev Least free pool that opens a day [MOR-wei].
        uint128 minOpenMor;
        // slot 2
        /// @dev Compute emission paid before this diamond existed [MOR-wei].
        uint128 priorComputePaidMor;
        // slot 3
        /// @dev Snapshots.
        mapping(uint24 day => Day snapshot) snapshots;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Pool")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0xb1ee76e6665400312b8ec26f24d2eb56da36e0d2132af674e732cab9c97e1100;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
