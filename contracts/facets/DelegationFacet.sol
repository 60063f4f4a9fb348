// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegation} from "../interfaces/IDelegation.sol";
import {Delegation} from "../libraries/Delegation.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Who may act for whom.
contract DelegationFacet is IDelegation, FacetBase {
    /// @inheritdoc IDelegation
    bytes32 public constant DELEGATION_RULES_PROVIDER = Delegation.PROVIDER;
    /// @inheritdoc IDelegation
    bytes32 public constant DELEGATION_RULES_MODEL = Delegation.MODEL;
    /// @inheritdoc IDelegation
    bytes32 public constant DELEGATION_RULES_MARKETPLACE = Delegation.MARKETPLACE;
    /// @inheritdoc IDelegation
    bytes32 public constant DELEGATION_RULES_SESSION = Delegation.SESSION;

    /// @inheritdoc IDelegation
    function setRegistry(address registry) external onlyOwner {
        Delegation.setRegistry(registry);
    }

    /// @inheritdoc IDelegation
    function getRegistry() external view returns (address) {
        return Delegation.registry();
    }

    /// @inheritdoc IDelegation
    function isRightsDelegated(address delegatee, address delegator, bytes32 rights) external view returns (bool) {
        return Delegation.isDelegate(delegatee, delegator, rights);
    }
}
