// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegateRegistry} from "../interfaces/IDelegateRegistry.sol";
import {IDelegation} from "../interfaces/IDelegation.sol";
import {DelegationStorage} from "../storage/DelegationStorage.sol";
import {BoundedCalls} from "./BoundedCalls.sol";

/// @title Who may act for whom.
library Delegation {
    bytes32 internal constant PROVIDER = keccak256("delegation.rules.provider");
    bytes32 internal constant MODEL = keccak256("delegation.rules.model");
    bytes32 internal constant MARKETPLACE = keccak256("delegation.rules.marketplace");
    bytes32 internal constant SESSION = keccak256("delegation.rules.session");

    function registry() internal view returns (address) {
        return DelegationStorage.load().registry;
    }

    function setRegistry(address newRegistry) internal {
        DelegationStorage.Layout storage $ = DelegationStorage.load();
        emit IDelegation.DelegateRegistryChanged($.registry, newRegistry);
        $.registry = newRegistry;
        emit IDelegation.DelegationRegistryUpdated(newRegistry);
    }

    /// @dev A missing, broken, expensive or babbling registry means no; exits do not ask it.
    function isDelegate(address delegate, address account, bytes32 rights) internal view returns (bool) {
        address registry_ = registry();
        if (registry_.code.length == 0) return false;
        (bool ok, bytes32 word) = BoundedCalls.firstWord(
            registry_,
            abi.encodeCall(IDelegateRegistry.checkDelegateForContract, (delegate, account, address(this), rights))
        );
        return ok && word == bytes32(uint256(1));
    }

    /// @dev The caller is the account or its delegate.
    function requireActor(address account, bytes32 rights) internal view {
        if (msg.sender == account || isDelegate(msg.sender, account, rights)) return;
        revert IDelegation.InsufficientRightsForOperation(account, msg.sender);
    }
}
