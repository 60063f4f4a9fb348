// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {ProviderRecord, ProviderView} from "../types/Provider.sol";

/// @title Providers: registration, stake, payout.
interface IProviderRegistry {
    /// @notice A provider registered, topped up, or changed its endpoint.
    event ProviderRegistered(address indexed provider);
    /// @notice The facts of a registration: what was added and what holds now.
    event ProviderUpdated(address indexed provider, uint128 addedMor, uint128 stakeMor, string endpoint);
    /// @notice A provider left, or was slashed below the minimum.
    event ProviderDeregistered(address indexed provider);
    /// @notice Stake went back to a provider that left; `keptMor` is exposed and follows later.
    event ProviderStakeReturned(address indexed provider, uint128 returnedMor, uint128 keptMor);
    /// @notice Stake of a provider went into the pool.
    event ProviderSlashed(address indexed provider, uint128 amountMor, uint128 stakeMor, bytes32 reasonHash);
    /// @notice Earnings of a provider go elsewhere from now on.
    event ProviderPayoutUpdated(address indexed provider, address previousPayout, address newPayout);
    /// @notice The least stake changed.
    event ProviderMinimumStakeUpdated(uint256 providerMinimumStake);
    /// @notice The least stakes changed, with the old values [MOR-wei].
    event ProviderMinimumsChanged(
        uint128 previousMinimumMor,
        uint128 newMinimumMor,
        uint128 previousSubnetMor,
        uint128 newSubnetMor
    );

    /// @notice The provider has active bids; delete them first.
    error ProviderHasActiveBids();
    /// @notice The provider left and nothing more can be returned now.
    error ProviderHasAlreadyDeregistered();
    /// @notice There is no such provider.
    error ProviderNotFound();
    /// @notice The stake would be below the minimum [MOR-wei].
    error ProviderStakeTooLow(uint256 amount, uint256 minAmount);
    /// @notice The endpoint is empty or too long [bytes].
    error EndpointLengthInvalid(uint256 length, uint256 max);
    /// @notice More than the stake cannot be slashed [MOR-wei].
    error SlashTooHigh(uint256 amountMor, uint256 stakeMor);

    /// @notice Registers, tops up, changes the endpoint, or comes back.
    /// @dev Provider or its delegate; `amount` [MOR-wei] is pulled from the provider.
    function providerRegister(address provider, uint256 amount, string calldata endpoint) external;

    /// @notice Leaves and takes back the stake that is not exposed; call again for the rest.
    /// @dev Provider or its delegate; the stake goes to the provider.
    function providerDeregister(address provider) external;

    /// @notice Sends earnings to another address; the zero address = to the provider. Provider's own key only.
    function setPayout(address newPayout) external;

    /// @notice Takes stake of a provider into the pool; below the minimum the provider is no longer active and its bids
    /// are deleted. Owner only.
    function slashProvider(address provider, uint128 amountMor, bytes32 reasonHash) external;

    /// @notice Sets the least stake [MOR-wei]; who is registered stays. Owner only.
    function providerSetMinStake(uint256 providerMinimumStake) external;

    /// @notice Sets the least stake of a subnet [MOR-wei]. Owner only.
    function setSubnetMinimum(uint128 newSubnetMor) external;

    /// @notice A provider; all zero if there never was one.
    function getProvider(address provider) external view returns (ProviderRecord memory);

    /// @notice Least stake [MOR-wei].
    function getProviderMinimumStake() external view returns (uint256);

    /// @notice Least stake of a subnet [MOR-wei].
    function getSubnetMinimum() external view returns (uint128);

    /// @notice Page of active providers and their number.
    function getActiveProviders(uint256 offset, uint256 limit) external view returns (address[] memory, uint256);

    /// @notice Page of active providers with all their data, and their number.
    function getActiveProviderViews(
        uint256 offset,
        uint256 limit
    ) external view returns (ProviderView[] memory, uint256);

    /// @notice True while registered.
    function getIsProviderActive(address provider) external view returns (bool);

    /// @notice Where earnings of a provider go.
    function getPayout(address provider) external view returns (address);

    /// @notice Stake that a provider could not take along now [MOR-wei].
    function getExposedStake(address provider) external view returns (uint128);
}
