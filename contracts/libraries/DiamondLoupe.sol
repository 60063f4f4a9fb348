// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DiamondStorage} from "../storage/DiamondStorage.sol";
import {Facet} from "../types/FacetCut.sol";

/// @title Reads of the function table.
library DiamondLoupe {
    /// @dev The facet of a function, the zero address if there is none.
    function facetOf(bytes4 selector) internal view returns (address) {
        return DiamondStorage.load().entries[selector].facet;
    }

    /// @dev All facets, in the order in which their first function stands in the table.
    function facetAddresses() internal view returns (address[] memory found) {
        DiamondStorage.Layout storage $ = DiamondStorage.load();
        bytes4[] memory selectors = $.selectors;
        found = new address[](selectors.length);
        uint256 count = 0;
        for (uint256 i = 0; i < selectors.length; ++i) {
            address facet = $.entries[selectors[i]].facet;
            if (_contains(found, count, facet)) continue;
            found[count] = facet;
            ++count;
        }
        assembly ("memory-safe") {
            mstore(found, count)
        }
    }

    /// @dev Functions of a facet.
    function selectorsOf(address facet) internal view returns (bytes4[] memory found) {
        DiamondStorage.Layout storage $ = DiamondStorage.load();
        bytes4[] memory selectors = $.selectors;
        found = new bytes4[](selectors.length);
        uint256 count = 0;
        for (uint256 i = 0; i < selectors.length; ++i) {
            if ($.entries[selectors[i]].facet != facet) continue;
            found[count] = selectors[i];
            ++count;
        }
        assembly ("memory-safe") {
            mstore(found, count)
        }
    }

    /// @dev All facets with their functions.
    function facets() internal view returns (Facet[] memory all) {
        address[] memory addresses = facetAddresses();
        all = new Facet[](addresses.length);
        for (uint256 i = 0; i < addresses.length; ++i) {
            all[i] = Facet({facetAddress: addresses[i], functionSelectors: selectorsOf(addresses[i])});
        }
    }

    function _contains(address[] memory list, uint256 count, address item) private pure returns (bool) {
        for (uint256 i = 0; i < count; ++i) {
            if (list[i] == item) return true;
        }
        return false;
    }
}
