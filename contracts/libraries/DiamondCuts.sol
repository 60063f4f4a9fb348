// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDiamond} from "../interfaces/IDiamond.sol";
import {DiamondStorage} from "../storage/DiamondStorage.sol";
import {FacetCut, FacetCutAction} from "../types/FacetCut.sol";
import {SelectorEntry} from "../types/SelectorEntry.sol";

/// @title The only writer of the function table.
library DiamondCuts {
    /// @dev Applies a cut and runs its initialiser.
    function cut(FacetCut[] memory cuts, address init, bytes memory initData) internal {
        for (uint256 i = 0; i < cuts.length; ++i) {
            _apply(cuts[i]);
        }
        if (DiamondStorage.load().entries[IDiamond.diamondCut.selector].facet == address(0)) {
            revert IDiamond.CutSelectorRemoved();
        }
        emit IDiamond.DiamondCut(cuts, init, initData);
        _initialise(init, initData);
    }

    function _apply(FacetCut memory facetCut) private {
        address facet = facetCut.facetAddress;
        if (facetCut.functionSelectors.length == 0) revert IDiamond.CutWithoutSelectors(facet);
        bool isRemoval = facetCut.action == FacetCutAction.Remove;
        if (isRemoval && facet != address(0)) revert IDiamond.RemovalNamesFacet(facet);
        if (!isRemoval && facet.code.length == 0) revert IDiamond.NoCode(facet);

        for (uint256 i = 0; i < facetCut.functionSelectors.length; ++i) {
            bytes4 selector = facetCut.functionSelectors[i];
            if (isRemoval) _remove(selector);
            else if (facetCut.action == FacetCutAction.Add) _add(selector, facet);
            else _replace(selector, facet);
        }
    }

    function _add(bytes4 selector, address facet) private {
        DiamondStorage.Layout storage $ = DiamondStorage.load();
        address present = $.entries[selector].facet;
        if (present != address(0)) revert IDiamond.SelectorExists(selector, present);
        $.entries[selector] = SelectorEntry({facet: facet, position: uint32($.selectors.length)});
        $.selectors.push(selector);
    }

    function _replace(bytes4 selector, address facet) private {
        SelectorEntry storage entry = DiamondStorage.load().entries[selector];
        if (entry.facet == address(0)) revert IDiamond.SelectorMissing(selector);
        if (entry.facet == facet) revert IDiamond.SelectorUnchanged(selector, facet);
        entry.facet = facet;
    }

    function _remove(bytes4 selector) private {
        DiamondStorage.Layout storage $ = DiamondStorage.load();
        SelectorEntry memory entry = $.entries[selector];
        if (entry.facet == address(0)) revert IDiamond.SelectorMissing(selector);
        bytes4 last = $.selectors[$.selectors.length - 1];
        if (last != selector) {
            $.selectors[entry.position] = last;
            $.entries[last].position = entry.position;
        }
        $.selectors.pop();
        delete $.entries[selector];
    }

    function _initialise(address init, bytes memory initData) private {
        if (init == address(0)) return;
        if (init.code.length == 0) revert IDiamond.NoCode(init);
        // The initialiser is named by the owner; its revert reason is passed on as it is.
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory reason) = init.delegatecall(initData);
        if (ok) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
