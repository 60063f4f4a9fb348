// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library TreasuryStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Treasury
    struct Layout {
        // slot 0, one word because every payment out of the pool needs both
        /// @dev The MOR token.
        address mor;
        /// @dev MOR in `TreasuryBucket.Pool`; 96 bits hold 7e10 MOR [MOR-wei].
        uint96 poolMor;
        // slots 1 to 5
        /// @dev MOR in the other buckets by `TreasuryBucket`; the place of the pool stays empty [MOR-wei].
        uint128[9] bucketsMor;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Treasury")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x28d9ff03bd88d6ddef6f97816b38de3e0e26ebb0dc18535f4a8dc28e5950f000;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
