// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccess} from "../interfaces/IAccess.sol";
import {Access} from "../libraries/Access.sol";
import {Pause} from "../libraries/Pause.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Owner, guardian, pauses.
contract AccessFacet is IAccess, FacetBase {
    // --- Ownership

    /// @inheritdoc IAccess
    function transferOwnership(address newOwner) external onlyOwner {
        Access.offer(newOwner);
    }

    /// @inheritdoc IAccess
    function acceptOwnership() external {
        Access.accept(msg.sender);
    }

    // --- Pausing

    /// @inheritdoc IAccess
    function setGuardian(address newGuardian) external onlyOwner {
        Access.setGuardian(newGuardian);
    }

    /// @inheritdoc IAccess
    function pause(uint256 operations) external onlyGuardian {
        Pause.start(operations);
    }

    /// @inheritdoc IAccess
    function unpause() external onlyGuardianOrOwner {
        Pause.stop();
    }

    // --- Reading

    /// @inheritdoc IAccess
    function owner() external view returns (address) {
        return Access.owner();
    }

    /// @inheritdoc IAccess
    function pendingOwner() external view returns (address) {
        return Access.pendingOwner();
    }

    /// @inheritdoc IAccess
    function guardian() external view returns (address) {
        return Access.guardian();
    }

    /// @inheritdoc IAccess
    function pauseState() external view returns (uint256 operations, uint40 until, uint40 nextPauseAt) {
        return Pause.state();
    }
}
