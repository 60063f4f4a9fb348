// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BidStorage} from "../storage/BidStorage.sol";
import {Bid, BidRecord, BidView, Unit} from "../types/Bid.sol";
import {BidId, ModelId} from "../types/Ids.sol";
import {PackedList} from "../types/PackedList.sol";
import {Bids} from "./Bids.sol";
import {Models} from "./Models.sol";
import {PackedLists} from "./PackedLists.sol";
import {Providers} from "./Providers.sol";
import {Stats} from "./Stats.sol";

/// @title Pages of bids.
library BidReads {
    using PackedLists for PackedList;

    /// @dev A per-second bid as explorers know it; all zero for others.
    function recordOf(BidId bidId) internal view returns (BidRecord memory record) {
        Bid storage bid = Bids.get(bidId);
        if (bid.unit != Unit.Second) return record;
        return
            BidRecord({
                provider: bid.provider,
                modelId: bid.modelId,
                pricePerSecond: bid.priceMor,
                nonce: bid.nonce,
                createdAt: bid.createdAt,
                deletedAt: bid.deletedAt
            });
    }

    function viewOf(BidId bidId) internal view returns (BidView memory) {
        Bid storage bid = Bids.get(bidId);
        address provider = bid.provider;
        return
            BidView({
                bidId: bidId,
                modelId: bid.modelId,
                provider: provider,
                unit: bid.unit,
                priceMor: bid.priceMor,
                createdAt: bid.createdAt,
                deletedAt: bid.deletedAt,
                isActive: Bids.isActive(bid),
                endpoint: Providers.endpointOf(provider),
                providerStakeMor: Providers.stakeOf(provider),
                statistics: Stats.get(bid.modelId, provider)
            });
    }

    function pageOfModelActive(
        ModelId modelId,
        Unit unit,
        uint256 offset,
        uint256 limit
    ) internal view returns (BidId[] memory, uint256) {
        uint24 version = Models.versionOf(modelId);
        return _page(BidStorage.load().modelActive[modelId][version][unit], offset, limit);
    }

    function pageOfModel(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) internal view returns (BidId[] memory, uint256) {
        return _page(BidStorage.load().modelBids[modelId], offset, limit);
    }

    function pageOfProvider(
        address provider,
        uint256 offset,
        uint256 limit
    ) internal view returns (BidId[] memory, uint256) {
        return _page(BidStorage.load().providerBids[provider], offset, limit);
    }

    /// @dev Active per-second bids among the at most 64 that are not deleted.
    function pageOfProviderActive(
        address provider,
        uint256 offset,
        uint256 limit
    ) internal view returns (BidId[] memory page, uint256 total) {
        (BidId[] memory open, ) = _page(BidStorage.load().providerOpen[provider], 0, Bids.MAX_OPEN_BIDS);
        for (uint256 i = 0; i < open.length; ++i) {
            Bid storage bid = Bids.get(open[i]);
            if (bid.unit != Unit.Second || !Bids.isActive(bid)) continue;
            open[total] = open[i];
            ++total;
        }
        page = new BidId[](PackedLists.pageSize(total, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = open[offset + i];
        }
    }

    function viewsOfModel(
        ModelId modelId,
        Unit unit,
        uint256 offset,
        uint256 limit
    ) internal view returns (BidView[] memory views, uint256 total) {
        BidId[] memory page;
        (page, total) = pageOfModelActive(modelId, unit, offset, limit);
        views = _views(page);
    }

    function viewsOfProvider(address provider) internal view returns (BidView[] memory) {
        (BidId[] memory open, ) = _page(BidStorage.load().providerOpen[provider], 0, Bids.MAX_OPEN_BIDS);
        return _views(open);
    }

    function _views(BidId[] memory ids) private view returns (BidView[] memory views) {
        views = new BidView[](ids.length);
        for (uint256 i = 0; i < ids.length; ++i) {
            views[i] = viewOf(ids[i]);
        }
    }

    function _page(
        PackedList storage list,
        uint256 offset,
        uint256 limit
    ) private view returns (BidId[] memory page, uint256 total) {
        mapping(uint32 => BidId) storage ids = BidStorage.load().ids;
        uint32[] memory indices;
        (indices, total) = list.page(offset, limit);
        page = new BidId[](indices.length);
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = ids[indices[i]];
        }
    }
}
