// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ModelId} from "./Ids.sol";

/// @dev What `modelRegister` was asked for.
struct ModelRegistration {
    /// @dev The model.
    ModelId modelId;
    /// @dev Who owns it and pays the stake.
    address owner;
    /// @dev Content id of the model's files.
    bytes32 ipfsCID;
    /// @dev Without a meaning here [MOR-wei].
    uint88 feeMor;
    /// @dev Stake to add [MOR-wei].
    uint128 addedMor;
    /// @dev Name for people.
    string name;
    /// @dev Tags for people.
    string[] tags;
}
