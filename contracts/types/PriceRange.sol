// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Allowed prices of a unit.
struct PriceRange {
    /// @dev Lowest [MOR-wei per unit].
    uint128 minMor;
    /// @dev Highest [MOR-wei per unit].
    uint128 maxMor;
}
