// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDiamond} from "./interfaces/IDiamond.sol";
import {Access} from "./libraries/Access.sol";
import {DiamondCuts} from "./libraries/DiamondCuts.sol";
import {DiamondLoupe} from "./libraries/DiamondLoupe.sol";
import {FacetCut} from "./types/FacetCut.sol";

/// @title The diamond (EIP-2535): one address, its functions live in facets.
/// @dev Construction is atomic: functions, parameters and the final owner are there from the first block on, so there
/// is nothing for a stranger to initialise.
contract Diamond {
    /// @param cuts All functions.
    /// @param owner The final owner.
    /// @param init Contract that writes the parameters.
    /// @param initData Its call.
    constructor(FacetCut[] memory cuts, address owner, address init, bytes memory initData) {
        Access.setOwner(owner);
        DiamondCuts.cut(cuts, init, initData);
    }

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address facet = DiamondLoupe.facetOf(msg.sig);
        if (facet == address(0)) revert IDiamond.FunctionNotFound(msg.sig);
        assembly {
            calldatacopy(0, 0, calldatasize())
            let ok := delegatecall(gas(), facet, 0, calldatasize(), 0, 0)
            returndatacopy(0, 0, returndatasize())
            switch ok
            case 0 {
                revert(0, returndatasize())
            }
            default {
                return(0, returndatasize())
            }
        }
    }
}
