// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {BidId, ModelId} from "./Ids.sol";
import {Statistics} from "./Statistics.sol";

/// @dev What a price is for. Audio samples and video frames can follow.
enum Unit {
    Second,
    Token
}

/// @dev A bid as it is stored. The price never changes under an id.
struct Bid {
    // slot 0
    /// @dev Who offers.
    address provider;
    /// @dev When it was posted [s].
    uint40 createdAt;
    /// @dev When it was deleted [s]; 0 = not deleted.
    uint40 deletedAt;
    /// @dev What the price is for.
    Unit unit;
    /// @dev Place in the provider's list of bids not deleted, counted from 1.
    uint8 providerPosition;
    // slot 1
    /// @dev Price per unit [MOR-wei].
    uint128 priceMor;
    /// @dev Number of the bid among those of this provider and model.
    uint32 nonce;
    /// @dev Running number of the bid.
    uint32 index;
    /// @dev Version of the model it was made or confirmed for.
    uint24 modelVersion;
    /// @dev Place in the model's active list of that version, counted from 1.
    uint32 modelPosition;
    // slot 2
    /// @dev The model.
    ModelId modelId;
}

/// @dev A per-second bid on the wire, field for field as explorers know it.
struct BidRecord {
    /// @dev Who offers.
    address provider;
    /// @dev The model.
    ModelId modelId;
    /// @dev Price [MOR-wei per second].
    uint256 pricePerSecond;
    /// @dev Number of the bid among those of this provider and model.
    uint256 nonce;
    /// @dev When it was posted [s].
    uint128 createdAt;
    /// @dev When it was deleted [s]; 0 = not deleted.
    uint128 deletedAt;
}

/// @dev A bid with everything a client needs to choose, for pages.
struct BidView {
    /// @dev The bid.
    BidId bidId;
    /// @dev The model.
    ModelId modelId;
    /// @dev Who offers.
    address provider;
    /// @dev What the price is for.
    Unit unit;
    /// @dev Price per unit [MOR-wei].
    uint128 priceMor;
    /// @dev When it was posted [s].
    uint40 createdAt;
    /// @dev When it was deleted [s]; 0 = not deleted.
    uint40 deletedAt;
    /// @dev True while sessions or tickets can use it.
    bool isActive;
    /// @dev Where the provider listens.
    string endpoint;
    /// @dev The provider's stake [MOR-wei].
    uint128 providerStakeMor;
    /// @dev How sessions of this provider with this model went.
    Statistics statistics;
}
