// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title What OpenZeppelin's Math means, for the model checker only: its assembly would be any value for it.
/// @dev The products are checked: a proof whose inputs could leave 256 bits here, where the real one does not, fails. That
/// the real one agrees with the quotient of the product is held by test/libraries against the reference model.
library Math {
    enum Rounding {
        Floor,
        Ceil,
        Trunc,
        Expand
    }

    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        return a < b ? a : b;
    }

    function ceilDiv(uint256 a, uint256 b) internal pure returns (uint256) {
        return a == 0 ? 0 : (a - 1) / b + 1;
    }

    function mulDiv(uint256 x, uint256 y, uint256 denominator) internal pure returns (uint256) {
        return (x * y) / denominator;
    }

    function mulDiv(uint256 x, uint256 y, uint256 denominator, Rounding rounding) internal pure returns (uint256) {
        uint256 quotient = (x * y) / denominator;
        return rounding == Rounding.Ceil && (x * y) % denominator != 0 ? quotient + 1 : quotient;
    }
}
