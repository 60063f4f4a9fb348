// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {ModelStorage} from "../storage/ModelStorage.sol";
import {ModelId} from "../types/Ids.sol";
import {Model, ModelRecord} from "../types/Model.sol";
import {ModelRegistration} from "../types/ModelRegistration.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {PackedLists} from "./PackedLists.sol";
import {PackedList} from "../types/PackedList.sol";
import {Tags} from "./Tags.sol";
import {Treasury} from "./Treasury.sol";

/// @title Models: registration, versions, stake.
library Models {
    using PackedLists for PackedList;
    using SafeCast for uint256;

    /// @dev The longest name [bytes].
    uint256 internal constant MAX_NAME_BYTES = 256;

    // --- Writes

    /// @dev Registers, updates, tops up, or brings back.
    function register(ModelRegistration memory request) internal {
        ModelStorage.Layout storage $ = ModelStorage.load();
        Model storage model = $.models[request.modelId];
        uint256 length = bytes(request.name).length;
        if (length == 0 || length > MAX_NAME_BYTES) {
            revert IModelRegistry.ModelNameLengthInvalid(length, MAX_NAME_BYTES);
        }
        uint128 stakeMor = model.stakeMor + request.addedMor;
        if (stakeMor < $.minimumMor) revert IModelRegistry.ModelStakeTooLow(stakeMor, $.minimumMor);

        if (model.createdAt == 0) _create($, model, request);
        else _setContent(model, request.modelId, request.ipfsCID);
        if (model.activePosition == 0) model.activePosition = uint256($.active.push(model.index)).toUint24();
        model.stakeMor = stakeMor;
        model.feeMor = request.feeMor;
        _setTexts(model, request.name, Tags.pack(request.tags));
        emit IModelRegistry.ModelRegisteredUpdated(request.owner, ModelId.unwrap(request.modelId));
        emit IModelRegistry.ModelUpdated(
            request.modelId,
            request.ipfsCID,
            request.feeMor,
            request.addedMor,
            stakeMor,
            request.name,
            request.tags
        );
        Treasury.pull(TreasuryBucket.ModelStakes, request.owner, request.addedMor);
    }

    /// @dev Raises the version, so that the active lists are empty.
    function retire(ModelId modelId) internal {
        Model storage model = _settled(modelId);
        _requireActive(model);
        model.version += 1;
        emit IModelRegistry.ModelRetired(modelId, model.version);
    }

    /// @dev Leaves with the stake. Active bids were ruled out before.
    function leave(ModelId modelId) internal {
        ModelStorage.Layout storage $ = ModelStorage.load();
        Model storage model = _settled(modelId);
        _requireActive(model);
        uint128 returnedMor = model.stakeMor;

        model.stakeMor = 0;
        (model.pendingFromDay, model.pendingCID) = (0, 0);
        uint256 position = model.activePosition;
        (bool isMoved, uint32 moved) = $.active.remove(position);
        if (isMoved) $.models[$.ids[moved]].activePosition = uint24(position);
        model.activePosition = 0;
        emit IModelRegistry.ModelDeregistered(model.owner, ModelId.unwrap(modelId));
        emit IModelRegistry.ModelStakeReturned(modelId, returnedMor);
        Treasury.push(TreasuryBucket.ModelStakes, model.owner, returnedMor);
    }

    function setMinimum(uint128 newMinimumMor) internal {
        ModelStorage.Layout storage $ = ModelStorage.load();
        emit IModelRegistry.ModelMinimumChanged($.minimumMor, newMinimumMor);
        $.minimumMor = newMinimumMor;
        emit IModelRegistry.ModelMinimumStakeUpdated(newMinimumMor);
    }

    // --- Reads

    function minimum() internal view returns (uint128) {
        return ModelStorage.load().minimumMor;
    }

    function ownerOf(ModelId modelId) internal view returns (address) {
        return ModelStorage.load().models[modelId].owner;
    }

    function isActive(ModelId modelId) internal view returns (bool) {
        return ModelStorage.load().models[modelId].activePosition != 0;
    }

    /// @dev Version that bids must have now.
    function versionOf(ModelId modelId) internal view returns (uint24) {
        Model storage model = ModelStorage.load().models[modelId];
        return _isContentDue(model) ? model.version + 1 : model.version;
    }

    /// @dev True if a bid made for `version` is in the active list now.
    function isCurrent(ModelId modelId, uint24 version) internal view returns (bool) {
        return isActive(modelId) && versionOf(modelId) == version;
    }

    /// @dev Content that is scheduled and has not taken over.
    function pendingOf(ModelId modelId) internal view returns (uint24 fromDay, bytes32 ipfsCID) {
        Model storage model = ModelStorage.load().models[modelId];
        if (model.pendingFromDay == 0 || _isContentDue(model)) return (0, 0);
        return (model.pendingFromDay, model.pendingCID);
    }

    function recordOf(ModelId modelId) internal view returns (ModelRecord memory) {
        Model storage model = ModelStorage.load().models[modelId];
        return
            ModelRecord({
                ipfsCID: _isContentDue(model) ? model.pendingCID : model.ipfsCID,
                fee: model.feeMor,
                stake: model.stakeMor,
                owner: model.owner,
                name: model.name,
                tags: Tags.unpack(model.packedTags),
                createdAt: model.createdAt,
                isDeleted: model.createdAt != 0 && model.activePosition == 0
            });
    }

    function pageOfAll(uint256 offset, uint256 limit) internal view returns (ModelId[] memory page, uint256 total) {
        ModelId[] storage ids = ModelStorage.load().ids;
        total = ids.length;
        page = new ModelId[](PackedLists.pageSize(total, offset, limit));
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = ids[offset + i];
        }
    }

    function pageOfActive(uint256 offset, uint256 limit) internal view returns (ModelId[] memory page, uint256 total) {
        ModelStorage.Layout storage $ = ModelStorage.load();
        uint32[] memory indices;
        (indices, total) = $.active.page(offset, limit);
        page = new ModelId[](indices.length);
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = $.ids[indices[i]];
        }
    }

    // --- Inside

    function _create(ModelStorage.Layout storage $, Model storage model, ModelRegistration memory request) private {
        model.owner = request.owner;
        model.index = $.ids.length.toUint24();
        model.createdAt = uint40(block.timestamp);
        model.ipfsCID = request.ipfsCID;
        $.ids.push(request.modelId);
    }

    /// @dev Other content takes over at the next midnight; naming the present content again takes a change back.
    function _setContent(Model storage model, ModelId modelId, bytes32 newCID) private {
        _settle(model);
        if (newCID == model.ipfsCID) {
            if (model.pendingFromDay == 0) return;
            (model.pendingFromDay, model.pendingCID) = (0, 0);
            emit IModelRegistry.ModelContentScheduled(modelId, model.ipfsCID, newCID, 0);
            return;
        }
        if (newCID == model.pendingCID && model.pendingFromDay != 0) return;
        uint24 fromDay = DayMath.today() + 1;
        (model.pendingFromDay, model.pendingCID) = (fromDay, newCID);
        emit IModelRegistry.ModelContentScheduled(modelId, model.ipfsCID, newCID, fromDay);
    }

    function _setTexts(Model storage model, string memory name, bytes memory packedTags) private {
        if (keccak256(bytes(model.name)) != keccak256(bytes(name))) model.name = name;
        if (keccak256(model.packedTags) != keccak256(packedTags)) model.packedTags = packedTags;
    }

    function _settled(ModelId modelId) private returns (Model storage model) {
        model = ModelStorage.load().models[modelId];
        _settle(model);
    }

    /// @dev Writes a change of content down that has taken over already.
    function _settle(Model storage model) private {
        if (!_isContentDue(model)) return;
        model.version += 1;
        model.ipfsCID = model.pendingCID;
        (model.pendingFromDay, model.pendingCID) = (0, 0);
    }

    function _isContentDue(Model storage model) private view returns (bool) {
        uint24 fromDay = model.pendingFromDay;
        return fromDay != 0 && DayMath.today() >= fromDay;
    }

    function _requireActive(Model storage model) private view {
        if (model.activePosition == 0) revert IModelRegistry.ModelHasAlreadyDeregistered();
    }
}
