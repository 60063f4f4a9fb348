// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev A compute provider as it is stored.
struct Provider {
    // slot 0
    /// @dev Stake in the diamond [MOR-wei].
    uint128 stakeMor;
    /// @dev First registration [s]; 0 = never registered.
    uint40 createdAt;
    /// @dev Place in the list of active providers, counted from 1; 0 = not active.
    uint32 activePosition;
    // slot 1
    /// @dev Where earnings go; the zero address = the provider itself.
    address payout;
    /// @dev Credited from day books and not paid yet; 96 bits hold 7e10 MOR [MOR-wei].
    uint96 requestOwedMor;
    // slot 2
    /// @dev `host:port` or a full https URL.
    string endpoint;
}

/// @dev A provider on the wire, field for field as explorers know it.
struct ProviderRecord {
    /// @dev `host:port` or a full https URL.
    string endpoint;
    /// @dev Stake in the diamond [MOR-wei].
    uint256 stake;
    /// @dev First registration [s].
    uint128 createdAt;
    /// @dev Without a meaning here, always 0.
    uint128 limitPeriodEnd;
    /// @dev Without a meaning here, always 0.
    uint256 limitPeriodEarned;
    /// @dev True after leaving.
    bool isDeleted;
}

/// @dev A provider with everything a client asks for, for pages.
struct ProviderView {
    /// @dev The provider.
    address provider;
    /// @dev `host:port` or a full https URL.
    string endpoint;
    /// @dev Stake in the diamond [MOR-wei].
    uint128 stakeMor;
    /// @dev First registration [s].
    uint40 createdAt;
    /// @dev Where earnings go.
    address payout;
    /// @dev True while registered.
    bool isActive;
    /// @dev True if the stake is large enough for a subnet.
    bool isSubnet;
}
