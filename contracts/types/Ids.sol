// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Id of a model: keccak256(owner, base id).
type ModelId is bytes32;

/// @dev Id of a bid: keccak256(diamond, provider, model, nonce).
type BidId is bytes32;

/// @dev Id of a session: keccak256(chain id, diamond, running number).
type SessionId is bytes32;
