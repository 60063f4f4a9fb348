// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title The part of the delegate.xyz v2 registry that is used.
interface IDelegateRegistry {
    /// @notice True if `to` may act for `from` towards `contract_` with these rights.
    function checkDelegateForContract(
        address to,
        address from,
        address contract_,
        bytes32 rights
    ) external view returns (bool);
}
