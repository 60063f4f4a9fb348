// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IClaims} from "../interfaces/IClaims.sol";
import {Credits} from "../libraries/Credits.sol";
import {Providers} from "../libraries/Providers.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Claims of providers. Anyone may send them; the money goes where the provider said.
contract ClaimFacet is IClaims, FacetBase {
    /// @inheritdoc IClaims
    function claimSessionCredits(address provider, uint128 maxMor) external nonReentrant returns (uint128 paidMor) {
        return Credits.claim(provider, Providers.firstVestDay(provider), Providers.payoutOf(provider), maxMor);
    }

    /// @inheritdoc IClaims
    function withdrawDirect(address provider) external nonReentrant returns (uint128 amountMor) {
        return Credits.withdrawDirect(provider, Providers.payoutOf(provider));
    }

    /// @inheritdoc IClaims
    function getSessionCredits(
        address provider
    ) external view nonReentrantView returns (uint128 vestedMor, uint128 unvestedMor) {
        return (Credits.vestedOf(provider, Providers.firstVestDay(provider)), Credits.unvestedOf(provider));
    }

    /// @inheritdoc IClaims
    function getDirectOwed(address provider) external view nonReentrantView returns (uint128) {
        return Credits.directOwedTo(provider);
    }
}
