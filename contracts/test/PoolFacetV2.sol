// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PoolFacet} from "../facets/PoolFacet.sol";

/// @title The pool with one more function, for the tests of upgrades.
contract PoolFacetV2 is PoolFacet {
    /// @notice Tells the code of the second version from the first.
    function poolVersion() external pure returns (uint256) {
        return 2;
    }
}
