// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ModelId} from "../types/Ids.sol";

/// @title What weights accounts say they serve.
interface IAttestations {
    /// @notice An account says which weights it serves under a model; zero takes the word back.
    event ModelAttested(ModelId indexed modelId, address indexed account, bytes32 previousHash, bytes32 weightsHash);

    /// @notice No such model.
    error AttestedModelNotFound(ModelId modelId);

    /// @notice Says which weights the caller serves under a model; zero takes the word back. Nobody checks it here.
    function attestModel(ModelId modelId, bytes32 weightsHash) external;

    /// @notice What each account said of a model; zero = nothing. For a page of bids.
    function getAttestations(ModelId modelId, address[] calldata accounts) external view returns (bytes32[] memory);
}
