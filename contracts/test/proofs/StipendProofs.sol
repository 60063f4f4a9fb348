// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StipendMath} from "../../libraries/math/StipendMath.sol";

/// @title What the compiler's model checker proves of the daily allowance (check:smt).
/// @dev Amounts below 2^112 wei, which is 5e15 MOR.
contract StipendProofs {
    /// @notice An allowance is rounded down: it takes no more of the budget than the stake of the supply.
    function allowanceIsRoundedDown(uint112 budgetMor, uint112 stakeMor, uint112 supplyMor) external pure {
        uint256 allowanceMor = StipendMath.allowanceDown(budgetMor, stakeMor, supplyMor);
        assert(allowanceMor * supplyMor <= uint256(budgetMor) * stakeMor);
        assert(stakeMor > supplyMor || allowanceMor <= budgetMor);
    }

    /// @notice Splitting a stake over two accounts never raises what both get.
    function splittingGainsNothing(
        uint112 budgetMor,
        uint112 oneMor,
        uint112 otherMor,
        uint112 supplyMor
    ) external pure {
        uint256 bothMor = StipendMath.allowanceDown(budgetMor, uint256(oneMor) + otherMor, supplyMor);
        uint256 splitMor =
            StipendMath.allowanceDown(budgetMor, oneMor, supplyMor) +
                StipendMath.allowanceDown(budgetMor, otherMor, supplyMor);
        assert(splitMor <= bothMor);
    }

    /// @notice The stake that a quote asks for is enough.
    function neededStakeIsEnough(uint96 neededMor, uint112 budgetMor, uint112 supplyMor) external pure {
        if (budgetMor == 0 || supplyMor == 0) return;
        uint256 stakeMor = StipendMath.toStakeUp(neededMor, budgetMor, supplyMor);
        if (stakeMor > type(uint112).max) return;
        assert(StipendMath.allowanceDown(budgetMor, stakeMor, supplyMor) >= neededMor);
    }

    /// @notice One wei of stake less would not be enough.
    function neededStakeIsLeast(uint96 neededMor, uint112 budgetMor, uint112 supplyMor) external pure {
        if (budgetMor == 0 || supplyMor == 0 || neededMor == 0) return;
        uint256 stakeMor = StipendMath.toStakeUp(neededMor, budgetMor, supplyMor);
        if (stakeMor > type(uint112).max) return;
        assert(stakeMor > 0);
        assert(StipendMath.allowanceDown(budgetMor, stakeMor - 1, supplyMor) < neededMor);
    }
}
