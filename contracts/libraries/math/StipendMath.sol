// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The share of a day's budget that stake commands.
library StipendMath {
    /// @dev Allowance of a stake for a day, rounded down [MOR-wei].
    function allowanceDown(uint256 budgetMor, uint256 stakeMor, uint256 supplyMor) internal pure returns (uint256) {
        if (supplyMor == 0) return 0;
        return Math.mulDiv(budgetMor, stakeMor, supplyMor);
    }

    /// @dev Least stake whose allowance covers `neededMor`, rounded up; `budgetMor` must not be 0 [MOR-wei].
    function toStakeUp(uint256 neededMor, uint256 budgetMor, uint256 supplyMor) internal pure returns (uint256) {
        return Math.mulDiv(neededMor, supplyMor, budgetMor, Math.Rounding.Ceil);
    }
}
