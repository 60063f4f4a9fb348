// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ModelId} from "../types/Ids.sol";
import {ModelRecord, ModelView} from "../types/Model.sol";

/// @title Models: registration, versions, stake.
interface IModelRegistry {
    /// @notice A model was registered or updated.
    event ModelRegisteredUpdated(address indexed owner, bytes32 indexed modelId);
    /// @notice The facts of a registration: what was added and what holds now.
    event ModelUpdated(
        ModelId indexed modelId,
        bytes32 ipfsCID,
        uint88 feeMor,
        uint128 addedMor,
        uint128 stakeMor,
        string name,
        string[] tags
    );
    /// @notice From `fromDay` (UTC) on the model has another content id and a new version.
    event ModelContentScheduled(ModelId indexed modelId, bytes32 previousCID, bytes32 newCID, uint24 fromDay);
    /// @notice All bids of older versions stopped being active.
    event ModelRetired(ModelId indexed modelId, uint24 version);
    /// @notice A model left.
    event ModelDeregistered(address indexed owner, bytes32 indexed modelId);
    /// @notice Stake went back to the owner of a model that left [MOR-wei].
    event ModelStakeReturned(ModelId indexed modelId, uint128 returnedMor);
    /// @notice The least stake changed.
    event ModelMinimumStakeUpdated(uint256 modelMinimumStake);
    /// @notice The least stake changed, with the old value [MOR-wei].
    event ModelMinimumChanged(uint128 previousMinimumMor, uint128 newMinimumMor);

    /// @notice The model has active bids; retire the model first.
    error ModelHasActiveBids();
    /// @notice There is no such model, or it left already.
    error ModelHasAlreadyDeregistered();
    /// @notice The stake would be below the minimum [MOR-wei].
    error ModelStakeTooLow(uint256 amount, uint256 minAmount);
    /// @notice The name is empty or too long [bytes].
    error ModelNameLengthInvalid(uint256 length, uint256 max);
    /// @notice Too many tags, or a tag is too long.
    error ModelTagsInvalid(uint256 tags, uint256 maxTags, uint256 maxTagBytes);

    /// @notice Registers, updates, tops up, or brings back the model `getModelId(modelOwner, baseModelId)`.
    /// @dev Owner of the model or delegate; `amount` [MOR-wei] is pulled from the owner. Another `ipfsCID` holds from
    /// the next UTC midnight on and raises the version.
    function modelRegister(
        address modelOwner,
        bytes32 baseModelId,
        bytes32 ipfsCID,
        uint256 fee,
        uint256 amount,
        string calldata name,
        string[] calldata tags
    ) external;

    /// @notice Empties the active lists of a model at once by raising its version. Owner of the model or delegate.
    function modelRetire(ModelId modelId) external;

    /// @notice Leaves and takes the stake back. Owner of the model or delegate; the stake goes to the owner.
    function modelDeregister(ModelId modelId) external;

    /// @notice Sets the least stake [MOR-wei]. Owner only.
    function modelSetMinStake(uint256 modelMinimumStake) external;

    /// @notice A model; all zero if there never was one.
    function getModel(ModelId modelId) external view returns (ModelRecord memory);

    /// @notice A model with version, pending content and numbers of bids.
    function getModelView(ModelId modelId) external view returns (ModelView memory);

    /// @notice Id of the model of an account.
    function getModelId(address account, bytes32 baseModelId) external pure returns (ModelId);

    /// @notice Page of all models ever, and their number.
    function getModelIds(uint256 offset, uint256 limit) external view returns (ModelId[] memory, uint256);

    /// @notice Page of active models, and their number.
    function getActiveModelIds(uint256 offset, uint256 limit) external view returns (ModelId[] memory, uint256);

    /// @notice Page of active models with all their data, and their number.
    function getActiveModelViews(uint256 offset, uint256 limit) external view returns (ModelView[] memory, uint256);

    /// @notice True while registered.
    function getIsModelActive(ModelId modelId) external view returns (bool);

    /// @notice Least stake [MOR-wei].
    function getModelMinimumStake() external view returns (uint256);
}
