// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev What a cut does with selectors (EIP-2535).
enum FacetCutAction {
    Add,
    Replace,
    Remove
}

/// @dev One entry of a diamond cut (EIP-2535).
struct FacetCut {
    /// @dev Contract with the code; the zero address when removing.
    address facetAddress;
    /// @dev Add, replace or remove.
    FacetCutAction action;
    /// @dev Functions concerned.
    bytes4[] functionSelectors;
}

/// @dev A facet with the functions it serves (EIP-2535 loupe).
struct Facet {
    /// @dev Contract with the code.
    address facetAddress;
    /// @dev Functions it serves.
    bytes4[] functionSelectors;
}
