// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {Bids} from "../libraries/Bids.sol";
import {Delegation} from "../libraries/Delegation.sol";
import {OP_REGISTER} from "../libraries/Pause.sol";
import {Providers} from "../libraries/Providers.sol";
import {ProviderRecord, ProviderView} from "../types/Provider.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Providers.
contract ProviderFacet is IProviderRegistry, FacetBase {
    using SafeCast for uint256;

    // --- Registering and leaving

    /// @inheritdoc IProviderRegistry
    function providerRegister(
        address provider,
        uint256 amount,
        string calldata endpoint
    ) external nonReentrant whenNotPaused(OP_REGISTER) {
        Delegation.requireActor(provider, Delegation.PROVIDER);
        Providers.register(provider, amount.toUint128(), endpoint);
    }

    /// @inheritdoc IProviderRegistry
    function providerDeregister(address provider) external nonReentrant {
        Delegation.requireActor(provider, Delegation.PROVIDER);
        if (Bids.hasActive(provider)) revert ProviderHasActiveBids();
        Providers.leave(provider);
    }

    /// @inheritdoc IProviderRegistry
    function setPayout(address newPayout) external {
        Providers.setPayout(msg.sender, newPayout);
    }

    // --- Owner

    /// @inheritdoc IProviderRegistry
    function slashProvider(address provider, uint128 amountMor, bytes32 reasonHash) external onlyOwner nonReentrant {
        bool isBelowMinimum = Providers.slash(provider, amountMor, reasonHash);
        if (isBelowMinimum) Bids.removeAll(provider);
    }

    /// @inheritdoc IProviderRegistry
    function providerSetMinStake(uint256 providerMinimumStake) external onlyOwner {
        (, uint128 subnetMor) = Providers.minimums();
        Providers.setMinimums(providerMinimumStake.toUint128(), subnetMor);
    }

    /// @inheritdoc IProviderRegistry
    function setSubnetMinimum(uint128 newSubnetMor) external onlyOwner {
        (uint128 minimumMor, ) = Providers.minimums();
        Providers.setMinimums(minimumMor, newSubnetMor);
    }

    // --- Reading

    /// @inheritdoc IProviderRegistry
    function getProvider(address provider) external view nonReentrantView returns (ProviderRecord memory) {
        return Providers.recordOf(provider);
    }

    /// @inheritdoc IProviderRegistry
    function getProviderMinimumStake() external view returns (uint256 minimumMor) {
        (minimumMor, ) = Providers.minimums();
    }

    /// @inheritdoc IProviderRegistry
    function getSubnetMinimum() external view returns (uint128 subnetMor) {
        (, subnetMor) = Providers.minimums();
    }

    /// @inheritdoc IProviderRegistry
    function getActiveProviders(
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (address[] memory, uint256) {
        return Providers.pageOfActive(offset, limit);
    }

    /// @inheritdoc IProviderRegistry
    function getActiveProviderViews(
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (ProviderView[] memory views, uint256 total) {
        address[] memory page;
        (page, total) = Providers.pageOfActive(offset, limit);
        views = new ProviderView[](page.length);
        for (uint256 i = 0; i < page.length; ++i) {
            views[i] = Providers.viewOf(page[i]);
        }
    }

    /// @inheritdoc IProviderRegistry
    function getIsProviderActive(address provider) external view nonReentrantView returns (bool) {
        return Providers.isActive(provider);
    }

    /// @inheritdoc IProviderRegistry
    function getPayout(address provider) external view returns (address) {
        return Providers.payoutOf(provider);
    }

    /// @inheritdoc IProviderRegistry
    function getExposedStake(address provider) external view nonReentrantView returns (uint128) {
        return Providers.exposedStake(provider);
    }
}
