// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {AttestationStorage} from "../storage/AttestationStorage.sol";
import {ModelId} from "../types/Ids.sol";
import {Models} from "./Models.sol";

/// @title What weights accounts say they serve.
library Attestations {
    function attest(address account, ModelId modelId, bytes32 weightsHash) internal {
        if (Models.ownerOf(modelId) == address(0)) revert IAttestations.AttestedModelNotFound(modelId);
        mapping(address => bytes32) storage weightsHashes = AttestationStorage.load().weightsHashes[modelId];
        bytes32 previousHash = weightsHashes[account];
        weightsHashes[account] = weightsHash;
        emit IAttestations.ModelAttested(modelId, account, previousHash, weightsHash);
    }

    function hashesOf(ModelId modelId, address[] calldata accounts) internal view returns (bytes32[] memory hashes) {
        hashes = new bytes32[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            hashes[i] = AttestationStorage.load().weightsHashes[modelId][accounts[i]];
        }
    }
}
