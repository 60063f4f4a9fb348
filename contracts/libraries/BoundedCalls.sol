// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Static calls to contracts that nobody trusts: bounded gas, bounded answer.
library BoundedCalls {
    /// @dev Gas that a stranger's contract may use.
    uint256 internal constant GAS_LIMIT = 100_000;

    /// @dev The first word of the answer; `ok` is false if the call failed or answered with less than a word.
    function firstWord(address target, bytes memory data) internal view returns (bool ok, bytes32 word) {
        uint256 gasLimit = GAS_LIMIT;
        assembly ("memory-safe") {
            mstore(0x00, 0)
            ok := staticcall(gasLimit, target, add(data, 0x20), mload(data), 0x00, 0x20)
            ok := and(ok, gt(returndatasize(), 0x1f))
            word := mload(0x00)
        }
    }
}
