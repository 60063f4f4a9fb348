// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Bid, Unit} from "../types/Bid.sol";
import {BidPair} from "../types/BidPair.sol";
import {BidId, ModelId} from "../types/Ids.sol";
import {PackedList} from "../types/PackedList.sol";
import {PriceRange} from "../types/PriceRange.sol";

library BidStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Bid
    struct Layout {
        // slot 0
        /// @dev Fee of a bid [MOR-wei].
        uint128 feeMor;
        /// @dev Number of bids ever.
        uint32 count;
        // slot 1
        /// @dev Allowed prices.
        mapping(Unit unit => PriceRange range) ranges;
        /// @dev Bids.
        mapping(BidId bidId => Bid bid) bids;
        /// @dev All bids ever, by running number.
        mapping(uint32 index => BidId bidId) ids;
        /// @dev Nonce and present bids of a pair.
        mapping(address provider => mapping(ModelId modelId => BidPair pair)) pairs;
        /// @dev Active bids of a model, by version.
        mapping(ModelId modelId => mapping(uint24 version => mapping(Unit unit => PackedList list))) modelActive;
        /// @dev Per-second bids of a model ever.
        mapping(ModelId modelId => PackedList list) modelBids;
        /// @dev Bids of a provider that are not deleted, at most 64.
        mapping(address provider => PackedList list) providerOpen;
        /// @dev Per-second bids of a provider ever.
        mapping(address provider => PackedList list) providerBids;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Bid")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x313d992f53e5c8317789004b8b6fe55cbd5af88224abee2574f701c34a1da200;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
