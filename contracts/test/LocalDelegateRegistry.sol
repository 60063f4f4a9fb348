// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegateRegistry} from "../interfaces/IDelegateRegistry.sol";

/// @title Stand-in for the delegate.xyz v2 registry on local networks: delegation for one contract and right.
contract LocalDelegateRegistry is IDelegateRegistry {
    /// @notice A delegation was given or taken back.
    event DelegateContract(
        address indexed from,
        address indexed to,
        address indexed contract_,
        bytes32 rights,
        bool on
    );

    mapping(bytes32 key => bool isOn) private _delegations;

    /// @notice Lets `to` act for the caller towards `contract_`; empty rights mean all rights.
    function delegateContract(
        address to,
        address contract_,
        bytes32 rights,
        bool enable
    ) external payable returns (bytes32 key) {
        key = _key(msg.sender, to, contract_, rights);
        _delegations[key] = enable;
        emit DelegateContract(msg.sender, to, contract_, rights, enable);
    }

    /// @inheritdoc IDelegateRegistry
    function checkDelegateForContract(
        address to,
        address from,
        address contract_,
        bytes32 rights
    ) external view returns (bool) {
        return _delegations[_key(from, to, contract_, rights)] || _delegations[_key(from, to, contract_, "")];
    }

    function _key(address from, address to, address contract_, bytes32 rights) private pure returns (bytes32) {
        return keccak256(abi.encode(from, to, contract_, rights));
    }
}
