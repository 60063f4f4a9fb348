// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IMarketplace} from "../interfaces/IMarketplace.sol";
import {Bids} from "../libraries/Bids.sol";
import {BidReads} from "../libraries/BidReads.sol";
import {Delegation} from "../libraries/Delegation.sol";
import {OP_BID} from "../libraries/Pause.sol";
import {Treasury} from "../libraries/Treasury.sol";
import {BidRecord, BidView, Unit} from "../types/Bid.sol";
import {BidId, ModelId} from "../types/Ids.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Bids.
contract MarketplaceFacet is IMarketplace, FacetBase {
    using SafeCast for uint256;

    // --- Offering

    /// @inheritdoc IMarketplace
    function postModelBid(
        address provider,
        ModelId modelId,
        uint256 pricePerSecond
    ) external nonReentrant whenNotPaused(OP_BID) returns (BidId) {
        Delegation.requireActor(provider, Delegation.MARKETPLACE);
        return Bids.post(provider, modelId, Unit.Second, pricePerSecond);
    }

    /// @inheritdoc IMarketplace
    function postTokenBid(
        address provider,
        ModelId modelId,
        uint256 pricePerTokenMor
    ) external nonReentrant whenNotPaused(OP_BID) returns (BidId) {
        Delegation.requireActor(provider, Delegation.MARKETPLACE);
        return Bids.post(provider, modelId, Unit.Token, pricePerTokenMor);
    }

    /// @inheritdoc IMarketplace
    function repriceBid(
        BidId bidId,
        uint256 newPriceMor
    ) external nonReentrant whenNotPaused(OP_BID) returns (BidId newBidId) {
        Delegation.requireActor(Bids.get(bidId).provider, Delegation.MARKETPLACE);
        return Bids.reprice(bidId, newPriceMor);
    }

    /// @inheritdoc IMarketplace
    function confirmBid(BidId bidId) external nonReentrant whenNotPaused(OP_BID) {
        Delegation.requireActor(Bids.get(bidId).provider, Delegation.MARKETPLACE);
        Bids.confirm(bidId);
    }

    /// @inheritdoc IMarketplace
    function deleteModelBid(BidId bidId) external nonReentrant {
        Delegation.requireActor(Bids.get(bidId).provider, Delegation.MARKETPLACE);
        Bids.remove(bidId);
    }

    // --- Owner

    /// @inheritdoc IMarketplace
    function setMarketplaceBidFee(uint256 bidFee) external onlyOwner {
        Bids.setFee(bidFee.toUint128());
    }

    /// @inheritdoc IMarketplace
    function setMinMaxBidPricePerSecond(uint256 bidMinPricePerSecond, uint256 bidMaxPricePerSecond) external onlyOwner {
        Bids.setPriceRange(Unit.Second, bidMinPricePerSecond, bidMaxPricePerSecond);
    }

    /// @inheritdoc IMarketplace
    function setMinMaxPricePerToken(uint256 newMinMor, uint256 newMaxMor) external onlyOwner {
        Bids.setPriceRange(Unit.Token, newMinMor, newMaxMor);
    }

    /// @inheritdoc IMarketplace
    function withdrawFee(address recipient, uint256 amount) external onlyOwner nonReentrant {
        Bids.withdrawFees(recipient, amount);
    }

    // --- Reading

    /// @inheritdoc IMarketplace
    function getBid(BidId bidId) external view nonReentrantView returns (BidRecord memory) {
        return BidReads.recordOf(bidId);
    }

    /// @inheritdoc IMarketplace
    function getBidView(BidId bidId) external view nonReentrantView returns (BidView memory) {
        return BidReads.viewOf(bidId);
    }

    /// @inheritdoc IMarketplace
    function getBidId(address provider, ModelId modelId, uint256 nonce) external view returns (BidId) {
        return Bids.idOf(provider, modelId, nonce);
    }

    /// @inheritdoc IMarketplace
    function getProviderModelId(address provider, ModelId modelId) external pure returns (bytes32) {
        return keccak256(abi.encodePacked(provider, modelId));
    }

    /// @inheritdoc IMarketplace
    function getBidFee() external view returns (uint256) {
        return Bids.fee();
    }

    /// @inheritdoc IMarketplace
    function getFeeBalance() external view nonReentrantView returns (uint256) {
        return Treasury.balanceOf(TreasuryBucket.Fees);
    }

    /// @inheritdoc IMarketplace
    function getMinMaxBidPricePerSecond() external view returns (uint256, uint256) {
        return Bids.priceRange(Unit.Second);
    }

    /// @inheritdoc IMarketplace
    function getMinMaxPricePerToken() external view returns (uint128 minMor, uint128 maxMor) {
        return Bids.priceRange(Unit.Token);
    }

    /// @inheritdoc IMarketplace
    function getModelActiveBids(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (BidId[] memory, uint256) {
        return BidReads.pageOfModelActive(modelId, Unit.Second, offset, limit);
    }

    /// @inheritdoc IMarketplace
    function getModelBids(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (BidId[] memory, uint256) {
        return BidReads.pageOfModel(modelId, offset, limit);
    }

    /// @inheritdoc IMarketplace
    function getProviderActiveBids(
        address provider,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (BidId[] memory, uint256) {
        return BidReads.pageOfProviderActive(provider, offset, limit);
    }

    /// @inheritdoc IMarketplace
    function getProviderBids(
        address provider,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (BidId[] memory, uint256) {
        return BidReads.pageOfProvider(provider, offset, limit);
    }

    /// @inheritdoc IMarketplace
    function getModelBidViews(
        ModelId modelId,
        Unit unit,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (BidView[] memory, uint256) {
        return BidReads.viewsOfModel(modelId, unit, offset, limit);
    }

    /// @inheritdoc IMarketplace
    function getProviderBidViews(address provider) external view nonReentrantView returns (BidView[] memory) {
        return BidReads.viewsOfProvider(provider);
    }

    /// @inheritdoc IMarketplace
    function getToken() external view returns (address) {
        return Treasury.mor();
    }

    /// @inheritdoc IMarketplace
    function isBidActive(BidId bidId) external view nonReentrantView returns (bool) {
        return Bids.get(bidId).unit == Unit.Second && Bids.isActive(Bids.get(bidId));
    }

    /// @inheritdoc IMarketplace
    function isTokenBidActive(BidId bidId) external view nonReentrantView returns (bool) {
        return Bids.get(bidId).unit == Unit.Token && Bids.isActive(Bids.get(bidId));
    }
}
