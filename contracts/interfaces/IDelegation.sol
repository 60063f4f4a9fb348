// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Who may act for whom, by the delegate.xyz v2 registry.
interface IDelegation {
    /// @notice The registry changed.
    event DelegationRegistryUpdated(address registry);
    /// @notice The registry changed, with the old one.
    event DelegateRegistryChanged(address indexed previousRegistry, address indexed newRegistry);

    /// @notice The caller is neither the account nor its delegate.
    error InsufficientRightsForOperation(address delegator, address delegatee);

    /// @notice Sets the registry; the zero address = nobody is anybody's delegate. Owner only.
    function setRegistry(address registry) external;

    /// @notice The registry.
    function getRegistry() external view returns (address);

    /// @notice True if `delegatee` may act for `delegator`. A broken registry means no.
    function isRightsDelegated(address delegatee, address delegator, bytes32 rights) external view returns (bool);

    /// @notice Rights to register and leave as a provider and to sign for it.
    // solhint-disable-next-line func-name-mixedcase
    function DELEGATION_RULES_PROVIDER() external view returns (bytes32);

    /// @notice Rights over models.
    // solhint-disable-next-line func-name-mixedcase
    function DELEGATION_RULES_MODEL() external view returns (bytes32);

    /// @notice Rights over bids.
    // solhint-disable-next-line func-name-mixedcase
    function DELEGATION_RULES_MARKETPLACE() external view returns (bytes32);

    /// @notice Rights to open and close sessions with stake that is there.
    // solhint-disable-next-line func-name-mixedcase
    function DELEGATION_RULES_SESSION() external view returns (bytes32);
}
