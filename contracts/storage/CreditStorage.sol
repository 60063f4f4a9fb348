// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CreditCursor} from "../types/CreditCursor.sol";

library CreditStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Credit
    struct Layout {
        /// @dev Session credits by the UTC day on which they vest, open sessions in full [MOR-wei].
        mapping(address provider => mapping(uint24 vestDay => uint128 creditMor)) credits;
        /// @dev How far claims have walked.
        mapping(address provider => CreditCursor cursor) cursors;
        /// @dev Direct earnings that could not be delivered [MOR-wei].
        mapping(address provider => uint128 owedMor) directOwed;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Credit")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x325b94b15fe15968c2c3467286a5799a64e61f0bd54d241877e230711f1e2700;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
