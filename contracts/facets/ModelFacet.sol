// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {Bids} from "../libraries/Bids.sol";
import {Delegation} from "../libraries/Delegation.sol";
import {Models} from "../libraries/Models.sol";
import {OP_REGISTER} from "../libraries/Pause.sol";
import {Unit} from "../types/Bid.sol";
import {ModelId} from "../types/Ids.sol";
import {ModelRecord, ModelView} from "../types/Model.sol";
import {ModelRegistration} from "../types/ModelRegistration.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Models.
contract ModelFacet is IModelRegistry, FacetBase {
    using SafeCast for uint256;

    // --- Registering, retiring, leaving

    /// @inheritdoc IModelRegistry
    function modelRegister(
        address modelOwner,
        bytes32 baseModelId,
        bytes32 ipfsCID,
        uint256 fee,
        uint256 amount,
        string calldata name,
        string[] calldata tags
    ) external nonReentrant whenNotPaused(OP_REGISTER) {
        Delegation.requireActor(modelOwner, Delegation.MODEL);
        if (fee > type(uint88).max) revert ICommonErrors.ValueTooLarge(fee, type(uint88).max);
        Models.register(
            ModelRegistration({
                modelId: getModelId(modelOwner, baseModelId),
                owner: modelOwner,
                ipfsCID: ipfsCID,
                feeMor: uint88(fee),
                addedMor: amount.toUint128(),
                name: name,
                tags: tags
            })
        );
    }

    /// @inheritdoc IModelRegistry
    function modelRetire(ModelId modelId) external nonReentrant {
        Delegation.requireActor(Models.ownerOf(modelId), Delegation.MODEL);
        Models.retire(modelId);
    }

    /// @inheritdoc IModelRegistry
    function modelDeregister(ModelId modelId) external nonReentrant {
        Delegation.requireActor(Models.ownerOf(modelId), Delegation.MODEL);
        if (Bids.countActive(modelId, Unit.Second) + Bids.countActive(modelId, Unit.Token) != 0) {
            revert ModelHasActiveBids();
        }
        Models.leave(modelId);
    }

    // --- Owner

    /// @inheritdoc IModelRegistry
    function modelSetMinStake(uint256 modelMinimumStake) external onlyOwner {
        Models.setMinimum(modelMinimumStake.toUint128());
    }

    // --- Reading

    /// @inheritdoc IModelRegistry
    function getModel(ModelId modelId) external view nonReentrantView returns (ModelRecord memory) {
        return Models.recordOf(modelId);
    }

    /// @inheritdoc IModelRegistry
    function getModelView(ModelId modelId) external view nonReentrantView returns (ModelView memory) {
        return _viewOf(modelId);
    }

    /// @inheritdoc IModelRegistry
    function getModelId(address account, bytes32 baseModelId) public pure returns (ModelId) {
        return ModelId.wrap(keccak256(abi.encodePacked(account, baseModelId)));
    }

    /// @inheritdoc IModelRegistry
    function getModelIds(
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (ModelId[] memory, uint256) {
        return Models.pageOfAll(offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function getActiveModelIds(
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (ModelId[] memory, uint256) {
        return Models.pageOfActive(offset, limit);
    }

    /// @inheritdoc IModelRegistry
    function getActiveModelViews(
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (ModelView[] memory views, uint256 total) {
        ModelId[] memory page;
        (page, total) = Models.pageOfActive(offset, limit);
        views = new ModelView[](page.length);
        for (uint256 i = 0; i < page.length; ++i) {
            views[i] = _viewOf(page[i]);
        }
    }

    /// @inheritdoc IModelRegistry
    function getIsModelActive(ModelId modelId) external view nonReentrantView returns (bool) {
        return Models.isActive(modelId);
    }

    /// @inheritdoc IModelRegistry
    function getModelMinimumStake() external view returns (uint256) {
        return Models.minimum();
    }

    function _viewOf(ModelId modelId) private view returns (ModelView memory) {
        (uint24 fromDay, bytes32 pendingCID) = Models.pendingOf(modelId);
        return
            ModelView({
                modelId: modelId,
                record: Models.recordOf(modelId),
                version: Models.versionOf(modelId),
                pendingFromDay: fromDay,
                pendingCID: pendingCID,
                secondBids: Bids.countActive(modelId, Unit.Second),
                tokenBids: Bids.countActive(modelId, Unit.Token)
            });
    }
}
