// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccessDays} from "../interfaces/IAccessDays.sol";
import {AccessDays} from "../libraries/AccessDays.sol";
import {AccessDay, AccessView, ReferenceParameters, ReferenceSource} from "../types/AccessDay.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Access.
contract AccessDayFacet is IAccessDays, FacetBase {
    // --- Owner

    /// @inheritdoc IAccessDays
    function setReference(
        ReferenceSource newSource,
        uint128 newStartPriceMor,
        uint40 newMaxAgeSeconds
    ) external onlyOwner {
        AccessDays.setReference(newSource, newStartPriceMor, newMaxAgeSeconds);
    }

    /// @inheritdoc IAccessDays
    function setQuote(uint128 newMorPriceWad, uint128 newPricePer1000Wad) external onlyOwner {
        AccessDays.setQuote(newMorPriceWad, newPricePer1000Wad);
    }

    // --- Reading

    /// @inheritdoc IAccessDays
    function getAccessDay(uint24 day) external view nonReentrantView returns (AccessDay memory access) {
        (access, ) = AccessDays.get(day);
    }

    /// @inheritdoc IAccessDays
    function accessRate(uint24 day) external view nonReentrantView returns (uint256) {
        return AccessDays.viewOf(address(0), day).accessRate;
    }

    /// @inheritdoc IAccessDays
    function userMax(address user, uint24 day) external view nonReentrantView returns (uint256) {
        return AccessDays.viewOf(user, day).userMax;
    }

    /// @inheritdoc IAccessDays
    function userMaxMor(address user, address router, uint24 day) external view nonReentrantView returns (uint256) {
        return AccessDays.userMaxMor(user, router, day);
    }

    /// @inheritdoc IAccessDays
    function getAccess(address user, uint24 day) external view nonReentrantView returns (AccessView memory) {
        return AccessDays.viewOf(user, day);
    }

    /// @inheritdoc IAccessDays
    function getReference() external view returns (ReferenceParameters memory) {
        return AccessDays.parameters();
    }
}
