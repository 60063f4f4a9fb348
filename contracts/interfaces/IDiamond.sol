// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {FacetCut, Facet} from "../types/FacetCut.sol";

/// @title Diamond: cuts and loupe (EIP-2535, ERC-165).
interface IDiamond {
    /// @notice Functions were added, replaced or removed.
    event DiamondCut(FacetCut[] facets, address initFacet, bytes initData);

    /// @notice No facet serves this function.
    error FunctionNotFound(bytes4 selector);
    /// @notice The cut adds a function that is there.
    error SelectorExists(bytes4 selector, address facet);
    /// @notice The cut replaces or removes a function that is not there.
    error SelectorMissing(bytes4 selector);
    /// @notice The cut replaces a function by the facet that serves it already.
    error SelectorUnchanged(bytes4 selector, address facet);
    /// @notice The cut names a facet or initialiser without code.
    error NoCode(address account);
    /// @notice A removal must name the zero address as facet.
    error RemovalNamesFacet(address facet);
    /// @notice A cut entry without functions.
    error CutWithoutSelectors(address facet);
    /// @notice Without `diamondCut` nothing could ever be repaired.
    error CutSelectorRemoved();

    /// @notice Adds, replaces, removes functions, then runs `initData` on `init` if `init` is set.
    /// @dev Owner only, which is a timelock on live networks.
    function diamondCut(FacetCut[] calldata facets, address init, bytes calldata initData) external;

    /// @notice All facets with their functions.
    function facets() external view returns (Facet[] memory facets);

    /// @notice Functions of one facet.
    function facetFunctionSelectors(address facet) external view returns (bytes4[] memory selectors);

    /// @notice All facets.
    function facetAddresses() external view returns (address[] memory facets);

    /// @notice The facet of one function, the zero address if there is none.
    function facetAddress(bytes4 selector) external view returns (address facet);

    /// @notice ERC-165: true for ERC-165 itself, the cut and the loupe.
    function supportsInterface(bytes4 interfaceId) external view returns (bool);
}
