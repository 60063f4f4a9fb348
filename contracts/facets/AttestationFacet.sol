// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAttestations} from "../interfaces/IAttestations.sol";
import {Attestations} from "../libraries/Attestations.sol";
import {ModelId} from "../types/Ids.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title What weights accounts say they serve.
contract AttestationFacet is IAttestations, FacetBase {
    /// @inheritdoc IAttestations
    function attestModel(ModelId modelId, bytes32 weightsHash) external {
        Attestations.attest(msg.sender, modelId, weightsHash);
    }

    /// @inheritdoc IAttestations
    function getAttestations(ModelId modelId, address[] calldata accounts) external view returns (bytes32[] memory) {
        return Attestations.hashesOf(modelId, accounts);
    }
}
