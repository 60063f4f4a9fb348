// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IDiamond} from "../interfaces/IDiamond.sol";
import {DiamondCuts} from "../libraries/DiamondCuts.sol";
import {DiamondLoupe} from "../libraries/DiamondLoupe.sol";
import {Facet, FacetCut} from "../types/FacetCut.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Cuts and loupe.
contract DiamondFacet is IDiamond, FacetBase {
    /// @dev ERC-165 id of the standard loupe: its four reads.
    bytes4 private constant LOUPE_ID = 0x48e2b093;

    // --- Cutting

    /// @inheritdoc IDiamond
    function diamondCut(
        FacetCut[] calldata facetCuts,
        address init,
        bytes calldata initData
    ) external onlyOwner nonReentrant {
        DiamondCuts.cut(facetCuts, init, initData);
    }

    // --- Reading

    /// @inheritdoc IDiamond
    function facets() external view returns (Facet[] memory) {
        return DiamondLoupe.facets();
    }

    /// @inheritdoc IDiamond
    function facetFunctionSelectors(address facet) external view returns (bytes4[] memory) {
        return DiamondLoupe.selectorsOf(facet);
    }

    /// @inheritdoc IDiamond
    function facetAddresses() external view returns (address[] memory) {
        return DiamondLoupe.facetAddresses();
    }

    /// @inheritdoc IDiamond
    function facetAddress(bytes4 selector) external view returns (address) {
        return DiamondLoupe.facetOf(selector);
    }

    /// @inheritdoc IDiamond
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == IDiamond.diamondCut.selector ||
            interfaceId == LOUPE_ID;
    }
}
