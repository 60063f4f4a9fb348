// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {EmissionBucket} from "./Day.sol";
import {RouterRules} from "./Router.sol";

/// @dev Everything the construction of the diamond needs; values live in `deploy/config`.
struct Parameters {
    /// @dev The MOR token.
    address mor;
    /// @dev Pauses entries, nothing else.
    address guardian;
    /// @dev delegate.xyz v2 registry; the zero address = nobody is anybody's delegate.
    address delegateRegistry;
    /// @dev Least stake of a provider [MOR-wei].
    uint128 providerMinimumMor;
    /// @dev Least stake of a provider that is a subnet [MOR-wei].
    uint128 subnetMinimumMor;
    /// @dev Least stake of a model [MOR-wei].
    uint128 modelMinimumMor;
    /// @dev Fee of a bid [MOR-wei].
    uint128 bidFeeMor;
    /// @dev Lowest price per second [MOR-wei].
    uint128 minPricePerSecondMor;
    /// @dev Highest price per second [MOR-wei].
    uint128 maxPricePerSecondMor;
    /// @dev Lowest price per token [MOR-wei].
    uint128 minPricePerTokenMor;
    /// @dev Highest price per token [MOR-wei].
    uint128 maxPricePerTokenMor;
    /// @dev Part of the free pool that is promised on a day [bps].
    uint16 budgetBps;
    /// @dev Part of the pool that may leave in 24 h beside the emission [bps].
    uint16 guardBps;
    /// @dev Least free pool that opens a day [MOR-wei].
    uint128 minOpenMor;
    /// @dev Compute emission that was paid before this diamond existed [MOR-wei].
    uint128 priorComputePaidMor;
    /// @dev Index of the compute bucket in `emission`.
    uint8 computeBucket;
    /// @dev The MOR emission.
    EmissionBucket[] emission;
    /// @dev Reference price before the market sets one [MOR-wei per T].
    uint128 startPriceMor;
    /// @dev The most that who proves a fault of a router gets [MOR-wei].
    uint128 challengeRewardMor;
    /// @dev Deposit of a demand [MOR-wei].
    uint128 demandDepositMor;
    /// @dev First UTC day of the launch incentive; 0 = decided later.
    uint24 launchDay;
    /// @dev Rules that routers follow off chain.
    RouterRules routerRules;
}
