// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ModelId} from "./Ids.sol";

/// @dev A model as it is stored.
struct Model {
    // slot 0
    /// @dev Who registered it.
    address owner;
    /// @dev Version of the active lists; a bid counts only for the version it was made or confirmed for.
    uint24 version;
    /// @dev UTC day from which `pendingCID` holds and the version is one higher; 0 = nothing pending.
    uint24 pendingFromDay;
    /// @dev Running number of the model.
    uint24 index;
    /// @dev Place in the list of active models, counted from 1; 0 = not active.
    uint24 activePosition;
    // slot 1
    /// @dev Stake in the diamond [MOR-wei].
    uint128 stakeMor;
    /// @dev Without a meaning here, stored for readers [MOR-wei].
    uint88 feeMor;
    /// @dev First registration [s]; 0 = never registered.
    uint40 createdAt;
    // slot 2
    /// @dev Content id of the model's files.
    bytes32 ipfsCID;
    // slot 3
    /// @dev Content id from `pendingFromDay` on.
    bytes32 pendingCID;
    // slot 4
    /// @dev Name for people.
    string name;
    // slot 5
    /// @dev Tags, each preceded by its length in one byte.
    bytes packedTags;
}

/// @dev A model on the wire, field for field as explorers know it.
struct ModelRecord {
    /// @dev Content id of the model's files that holds now.
    bytes32 ipfsCID;
    /// @dev Without a meaning here, as registered.
    uint256 fee;
    /// @dev Stake in the diamond [MOR-wei].
    uint256 stake;
    /// @dev Who registered it.
    address owner;
    /// @dev Name for people.
    string name;
    /// @dev Tags for people.
    string[] tags;
    /// @dev First registration [s].
    uint128 createdAt;
    /// @dev True after leaving.
    bool isDeleted;
}

/// @dev A model with everything a client asks for, for pages.
struct ModelView {
    /// @dev The model.
    ModelId modelId;
    /// @dev The kept record.
    ModelRecord record;
    /// @dev Version that bids must have to be active.
    uint24 version;
    /// @dev UTC day on which a pending content id takes over; 0 = nothing pending.
    uint24 pendingFromDay;
    /// @dev Content id that takes over then.
    bytes32 pendingCID;
    /// @dev Number of active bids per second.
    uint32 secondBids;
    /// @dev Number of active bids per token.
    uint32 tokenBids;
}
