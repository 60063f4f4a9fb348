// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {BidStorage} from "../storage/BidStorage.sol";
import {Bid, Unit} from "../types/Bid.sol";
import {BidPair} from "../types/BidPair.sol";
import {BidId, ModelId} from "../types/Ids.sol";
import {PackedList} from "../types/PackedList.sol";
import {PriceRange} from "../types/PriceRange.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {HOUR_SECONDS} from "./math/Units.sol";
import {Models} from "./Models.sol";
import {PackedLists} from "./PackedLists.sol";
import {Providers} from "./Providers.sol";
import {Treasury} from "./Treasury.sol";

/// @title Bids: one per provider, model and unit; a price never changes under an id.
/// @dev A bid that is not deleted stands in its provider's open list. It is active while it also has the present
/// version of its model; then it stands in the model's active list of that version.
library Bids {
    using PackedLists for PackedList;
    using SafeCast for uint256;

    /// @dev Most bids of a provider that are not deleted.
    uint32 internal constant MAX_OPEN_BIDS = 64;

    // --- Posting

    /// @dev Posts a bid for a fee; a bid of the same provider, model and unit gives its place to it.
    function post(address provider, ModelId modelId, Unit unit, uint256 priceMor) internal returns (BidId bidId) {
        if (!Providers.isActive(provider)) revert IMarketplace.MarketplaceProviderNotFound();
        if (!Models.isActive(modelId)) revert IMarketplace.MarketplaceModelNotFound();
        _requirePrice(unit, priceMor);
        bidId = _create(provider, modelId, unit, uint128(priceMor));
        Treasury.pull(TreasuryBucket.Fees, provider, fee());
    }

    /// @dev Replaces an active bid by one with another price, without a fee, once an hour.
    function reprice(BidId bidId, uint256 newPriceMor) internal returns (BidId newBidId) {
        Bid storage bid = BidStorage.load().bids[bidId];
        if (!isActive(bid)) revert IMarketplace.MarketplaceActiveBidNotFound();
        uint256 allowedFrom = bid.createdAt + HOUR_SECONDS;
        if (block.timestamp < allowedFrom) revert IMarketplace.RepriceTooSoon(block.timestamp, allowedFrom);
        _requirePrice(bid.unit, newPriceMor);
        return _create(bid.provider, bid.modelId, bid.unit, uint128(newPriceMor));
    }

    /// @dev Moves a bid to the present version of its model.
    function confirm(BidId bidId) internal {
        BidStorage.Layout storage $ = BidStorage.load();
        Bid storage bid = _open($, bidId);
        if (!Providers.isActive(bid.provider)) revert IMarketplace.MarketplaceProviderNotFound();
        if (!Models.isActive(bid.modelId)) revert IMarketplace.MarketplaceModelNotFound();
        uint24 version = Models.versionOf(bid.modelId);
        if (bid.modelVersion == version) revert IMarketplace.BidIsCurrent(bidId, version);

        bid.modelVersion = version;
        bid.modelPosition = $.modelActive[bid.modelId][version][bid.unit].push(bid.index);
        emit IMarketplace.BidConfirmed(bidId, version);
    }

    // --- Deleting

    /// @dev Deletes a bid that is not deleted, active or not.
    function remove(BidId bidId) internal {
        BidStorage.Layout storage $ = BidStorage.load();
        Bid storage bid = _open($, bidId);
        if (isActive(bid)) {
            PackedList storage modelList = $.modelActive[bid.modelId][bid.modelVersion][bid.unit];
            (bool isModelMoved, uint32 modelMoved) = modelList.remove(bid.modelPosition);
            if (isModelMoved) $.bids[$.ids[modelMoved]].modelPosition = bid.modelPosition;
        }
        (bool isMoved, uint32 moved) = $.providerOpen[bid.provider].remove(bid.providerPosition);
        if (isMoved) $.bids[$.ids[moved]].providerPosition = bid.providerPosition;
        _setPresent($.pairs[bid.provider][bid.modelId], bid.unit, 0);
        _markDeleted(bid, bidId);
    }

    /// @dev Deletes every bid of a provider, at most 64.
    function removeAll(address provider) internal {
        BidStorage.Layout storage $ = BidStorage.load();
        PackedList storage list = $.providerOpen[provider];
        for (uint32 left = list.length(); left > 0; --left) {
            remove($.ids[list.at(left)]);
        }
    }

    // --- Settings

    function setFee(uint128 newFeeMor) internal {
        BidStorage.Layout storage $ = BidStorage.load();
        emit IMarketplace.BidFeeChanged($.feeMor, newFeeMor);
        $.feeMor = newFeeMor;
    }

    function setPriceRange(Unit unit, uint256 newMin, uint256 newMax) internal {
        if (newMin == 0) revert IMarketplace.MarketplaceBidMinPricePerSecondIsZero();
        if (newMin > newMax) revert IMarketplace.MarketplaceBidMinPricePerSecondIsInvalid();
        PriceRange storage range = BidStorage.load().ranges[unit];
        emit IMarketplace.PriceRangeChanged(unit, range.minMor, range.maxMor, newMin.toUint128(), newMax.toUint128());
        (range.minMor, range.maxMor) = (uint128(newMin), uint128(newMax));
        if (unit == Unit.Second) emit IMarketplace.MarketplaceBidMinMaxPriceUpdated(newMin, newMax);
    }

    function withdrawFees(address recipient, uint256 amountMor) internal {
        uint128 heldMor = Treasury.balanceOf(TreasuryBucket.Fees);
        uint128 paidMor = amountMor < heldMor ? uint128(amountMor) : heldMor;
        if (paidMor == 0) revert IMarketplace.MarketplaceFeeAmountIsZero();
        if (recipient == address(0)) revert ICommonErrors.ZeroValue("recipient");
        emit IMarketplace.FeeWithdrawn(recipient, paidMor);
        Treasury.push(TreasuryBucket.Fees, recipient, paidMor);
    }

    // --- Reads

    /// @dev The bid as it is stored; all zero if there is none.
    function get(BidId bidId) internal view returns (Bid storage) {
        return BidStorage.load().bids[bidId];
    }

    /// @dev True while sessions or tickets can use the bid.
    function isActive(Bid storage bid) internal view returns (bool) {
        if (bid.createdAt == 0 || bid.deletedAt != 0) return false;
        return Models.isCurrent(bid.modelId, bid.modelVersion);
    }

    /// @dev True if a provider has a bid of any unit that is active; looks at 64 bids at most.
    function hasActive(address provider) internal view returns (bool) {
        BidStorage.Layout storage $ = BidStorage.load();
        PackedList storage list = $.providerOpen[provider];
        for (uint256 position = list.length(); position > 0; --position) {
            if (isActive($.bids[$.ids[list.at(position)]])) return true;
        }
        return false;
    }

    /// @dev Number of active bids of a model.
    function countActive(ModelId modelId, Unit unit) internal view returns (uint32) {
        return BidStorage.load().modelActive[modelId][Models.versionOf(modelId)][unit].length();
    }

    function fee() internal view returns (uint128) {
        return BidStorage.load().feeMor;
    }

    function priceRange(Unit unit) internal view returns (uint128 minMor, uint128 maxMor) {
        PriceRange storage range = BidStorage.load().ranges[unit];
        return (range.minMor, range.maxMor);
    }

    function idOf(address provider, ModelId modelId, uint256 nonce) internal view returns (BidId) {
        return BidId.wrap(keccak256(abi.encode(address(this), provider, modelId, nonce)));
    }

    // --- Inside

    function _create(address provider, ModelId modelId, Unit unit, uint128 priceMor) private returns (BidId bidId) {
        BidStorage.Layout storage $ = BidStorage.load();
        BidPair storage pair = $.pairs[provider][modelId];
        Bid memory bid;
        bid.provider = provider;
        bid.createdAt = uint40(block.timestamp);
        bid.unit = unit;
        bid.priceMor = priceMor;
        bid.nonce = pair.nextNonce;
        bid.index = $.count;
        bid.modelVersion = Models.versionOf(modelId);
        bid.modelId = modelId;
        _takePlaces($, pair, bid);

        bidId = idOf(provider, modelId, bid.nonce);
        $.bids[bidId] = bid;
        $.ids[bid.index] = bidId;
        $.count = bid.index + 1;
        pair.nextNonce = bid.nonce + 1;
        _setPresent(pair, unit, bid.index + 1);
        if (unit == Unit.Second) {
            $.modelBids[modelId].push(bid.index);
            $.providerBids[provider].push(bid.index);
        }
        _announce(bidId, bid);
    }

    function _announce(BidId bidId, Bid memory bid) private {
        if (bid.unit == Unit.Second) {
            emit IMarketplace.MarketplaceBidPosted(bid.provider, ModelId.unwrap(bid.modelId), bid.nonce);
        }
        emit IMarketplace.BidPosted(
            bidId,
            bid.provider,
            bid.modelId,
            bid.unit,
            bid.priceMor,
            bid.nonce,
            bid.modelVersion
        );
    }

    /// @dev Puts a new bid into the lists, in the places of the present bid of the pair where it has some.
    function _takePlaces(BidStorage.Layout storage $, BidPair storage pair, Bid memory bid) private {
        PackedList storage modelList = $.modelActive[bid.modelId][bid.modelVersion][bid.unit];
        PackedList storage openList = $.providerOpen[bid.provider];
        uint32 present = _present(pair, bid.unit);
        if (present == 0) {
            if (openList.length() >= MAX_OPEN_BIDS) revert IMarketplace.TooManyBids(bid.provider, MAX_OPEN_BIDS);
            bid.modelPosition = modelList.push(bid.index);
            bid.providerPosition = uint8(openList.push(bid.index));
            return;
        }

        BidId oldId = $.ids[present - 1];
        Bid storage old = $.bids[oldId];
        bid.providerPosition = old.providerPosition;
        openList.set(bid.providerPosition, bid.index);
        if (isActive(old)) {
            bid.modelPosition = old.modelPosition;
            modelList.set(bid.modelPosition, bid.index);
        } else {
            bid.modelPosition = modelList.push(bid.index);
        }
        _markDeleted(old, oldId);
    }

    function _markDeleted(Bid storage bid, BidId bidId) private {
        bid.deletedAt = uint40(block.timestamp);
        if (bid.unit == Unit.Second) {
            emit IMarketplace.MarketplaceBidDeleted(bid.provider, ModelId.unwrap(bid.modelId), bid.nonce);
        }
        emit IMarketplace.BidDeleted(bidId);
    }

    function _open(BidStorage.Layout storage $, BidId bidId) private view returns (Bid storage bid) {
        bid = $.bids[bidId];
        if (bid.createdAt == 0 || bid.deletedAt != 0) revert IMarketplace.MarketplaceActiveBidNotFound();
    }

    function _present(BidPair storage pair, Unit unit) private view returns (uint32) {
        return unit == Unit.Second ? pair.secondBid : pair.tokenBid;
    }

    function _setPresent(BidPair storage pair, Unit unit, uint32 bidNumber) private {
        if (unit == Unit.Second) pair.secondBid = bidNumber;
        else pair.tokenBid = bidNumber;
    }

    function _requirePrice(Unit unit, uint256 priceMor) private view {
        PriceRange storage range = BidStorage.load().ranges[unit];
        if (priceMor >= range.minMor && priceMor <= range.maxMor) return;
        if (unit == Unit.Second) revert IMarketplace.MarketplaceBidPricePerSecondInvalid();
        revert IMarketplace.TokenPriceOutOfRange(priceMor, range.minMor, range.maxMor);
    }
}
