// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {BidId, ModelId} from "../types/Ids.sol";
import {BidRecord, BidView, Unit} from "../types/Bid.sol";

/// @title Bids: offers per second and per token.
interface IMarketplace {
    /// @notice A per-second bid was posted.
    event MarketplaceBidPosted(address indexed provider, bytes32 indexed modelId, uint256 nonce);
    /// @notice A per-second bid was deleted.
    event MarketplaceBidDeleted(address indexed provider, bytes32 indexed modelId, uint256 nonce);
    /// @notice The facts of a new bid of any unit.
    event BidPosted(
        BidId indexed bidId,
        address indexed provider,
        ModelId indexed modelId,
        Unit unit,
        uint128 priceMor,
        uint32 nonce,
        uint24 modelVersion
    );
    /// @notice A bid of any unit was deleted.
    event BidDeleted(BidId indexed bidId);
    /// @notice A bid moved to the present version of its model.
    event BidConfirmed(BidId indexed bidId, uint24 modelVersion);
    /// @notice The range of prices per second changed.
    event MarketplaceBidMinMaxPriceUpdated(uint256 bidMinPricePerSecond, uint256 bidMaxPricePerSecond);
    /// @notice A range of prices changed, with the old values [MOR-wei per unit].
    event PriceRangeChanged(
        Unit indexed unit,
        uint128 previousMin,
        uint128 previousMax,
        uint128 newMin,
        uint128 newMax
    );
    /// @notice The fee of a bid changed [MOR-wei].
    event BidFeeChanged(uint128 previousFeeMor, uint128 newFeeMor);
    /// @notice Collected fees were taken out [MOR-wei].
    event FeeWithdrawn(address indexed recipient, uint128 amountMor);

    /// @notice There is no such bid, or it is not active.
    error MarketplaceActiveBidNotFound();
    /// @notice The lowest price is above the highest.
    error MarketplaceBidMinPricePerSecondIsInvalid();
    /// @notice The lowest price is zero.
    error MarketplaceBidMinPricePerSecondIsZero();
    /// @notice The price lies outside the range per second.
    error MarketplaceBidPricePerSecondInvalid();
    /// @notice No fee was asked for, or none is there.
    error MarketplaceFeeAmountIsZero();
    /// @notice There is no such active model.
    error MarketplaceModelNotFound();
    /// @notice There is no such active provider.
    error MarketplaceProviderNotFound();
    /// @notice The price lies outside the range per token [MOR-wei per token].
    error TokenPriceOutOfRange(uint256 priceMor, uint256 minMor, uint256 maxMor);
    /// @notice The provider has as many bids that are not deleted as it can have.
    error TooManyBids(address provider, uint256 max);
    /// @notice A bid can be repriced once an hour.
    error RepriceTooSoon(uint256 timestamp, uint256 allowedFrom);
    /// @notice The bid has the present version of its model already.
    error BidIsCurrent(BidId bidId, uint24 modelVersion);
    /// @notice Offers a model per second. An active bid of the same provider and model is deleted first.
    /// @dev Provider or its delegate; the fee is pulled from the provider.
    function postModelBid(address provider, ModelId modelId, uint256 pricePerSecond) external returns (BidId);

    /// @notice Offers a model per token. An active token bid of the same provider and model is deleted first.
    /// @dev Provider or its delegate; the fee is pulled from the provider.
    function postTokenBid(address provider, ModelId modelId, uint256 pricePerTokenMor) external returns (BidId);

    /// @notice Replaces an active bid by one with another price, without a fee, once an hour, in the same places.
    /// @dev Provider or its delegate.
    function repriceBid(BidId bidId, uint256 newPriceMor) external returns (BidId);

    /// @notice Makes a bid of an older version of its model active again. Provider or its delegate.
    function confirmBid(BidId bidId) external;

    /// @notice Deletes a bid of any unit that is not deleted. Provider or its delegate.
    function deleteModelBid(BidId bidId) external;

    /// @notice Sets the fee of a bid [MOR-wei]. Owner only.
    function setMarketplaceBidFee(uint256 bidFee) external;

    /// @notice Sets the range of prices per second [MOR-wei]. Owner only.
    function setMinMaxBidPricePerSecond(uint256 bidMinPricePerSecond, uint256 bidMaxPricePerSecond) external;

    /// @notice Sets the range of prices per token [MOR-wei]. Owner only.
    function setMinMaxPricePerToken(uint256 newMinMor, uint256 newMaxMor) external;

    /// @notice Pays collected fees out, at most what is there [MOR-wei]. Owner only.
    function withdrawFee(address recipient, uint256 amount) external;

    /// @notice A per-second bid; all zero if there is none.
    function getBid(BidId bidId) external view returns (BidRecord memory);

    /// @notice A bid of any unit with everything a client needs to choose.
    function getBidView(BidId bidId) external view returns (BidView memory);

    /// @notice Id of a bid.
    function getBidId(address provider, ModelId modelId, uint256 nonce) external view returns (BidId);

    /// @notice Id of a pair of provider and model.
    function getProviderModelId(address provider, ModelId modelId) external view returns (bytes32);

    /// @notice Fee of a bid [MOR-wei].
    function getBidFee() external view returns (uint256);

    /// @notice Fees collected and not paid out [MOR-wei].
    function getFeeBalance() external view returns (uint256);

    /// @notice Range of prices per second [MOR-wei].
    function getMinMaxBidPricePerSecond() external view returns (uint256, uint256);

    /// @notice Range of prices per token [MOR-wei].
    function getMinMaxPricePerToken() external view returns (uint128 minMor, uint128 maxMor);

    /// @notice Page of active per-second bids of a model, and their number.
    function getModelActiveBids(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (BidId[] memory, uint256);

    /// @notice Page of all per-second bids of a model ever, and their number.
    function getModelBids(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (BidId[] memory, uint256);

    /// @notice Page of active per-second bids of a provider, and their number.
    function getProviderActiveBids(
        address provider,
        uint256 offset,
        uint256 limit
    ) external view returns (BidId[] memory, uint256);

    /// @notice Page of all per-second bids of a provider ever, and their number.
    function getProviderBids(
        address provider,
        uint256 offset,
        uint256 limit
    ) external view returns (BidId[] memory, uint256);

    /// @notice Page of active bids of a model in one unit with everything a client needs, and their number.
    function getModelBidViews(
        ModelId modelId,
        Unit unit,
        uint256 offset,
        uint256 limit
    ) external view returns (BidView[] memory, uint256);

    /// @notice All bids of a provider that are not deleted, of any unit and version; at most 64.
    function getProviderBidViews(address provider) external view returns (BidView[] memory);

    /// @notice The MOR token.
    function getToken() external view returns (address);

    /// @notice True while sessions can be opened on this per-second bid.
    function isBidActive(BidId bidId) external view returns (bool);

    /// @notice True while tickets can be given on this token bid.
    function isTokenBidActive(BidId bidId) external view returns (bool);
}
