// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SumNode} from "../../types/DayBook.sol";

/// @title Merkle sum trees: every leaf is an interval of MOR, and the root tells the sum.
/// @dev A parent hashes both children with their sums, so a sum cannot be changed above its leaf. Leaves are hashed
/// twice by whoever makes them, so no inner node is a leaf.
library SumTree {
    /// @dev The deepest tree that is walked.
    uint256 internal constant MAX_DEPTH = 40;

    /// @dev Walks from a leaf to the root.
    /// @param index Place of the leaf: bit i tells whether the node of level i is a right child.
    /// @return root Hash of the root.
    /// @return sumMor Sum of the root; sums of 40 levels fit [MOR-wei].
    /// @return leftMor Sum of all leaves to the left of the leaf [MOR-wei].
    function fold(
        bytes32 leafHash,
        uint256 leafMor,
        uint256 index,
        SumNode[] calldata siblings
    ) internal pure returns (bytes32 root, uint256 sumMor, uint256 leftMor) {
        (root, sumMor) = (leafHash, leafMor);
        for (uint256 level = 0; level < siblings.length; ++level) {
            SumNode calldata sibling = siblings[level];
            uint256 siblingMor = sibling.sumMor;
            if ((index >> level) & 1 == 1) {
                root = _parent(sibling.hash, siblingMor, root, sumMor);
                leftMor += siblingMor;
            } else {
                root = _parent(root, sumMor, sibling.hash, siblingMor);
            }
            sumMor += siblingMor;
        }
    }

    /// @dev keccak256 of 96 bytes: hash, 16 bytes of sum, hash, 16 bytes of sum. A sum above 128 bits loses its high
    /// bits here, and then differs from what the book says.
    function _parent(
        bytes32 leftHash,
        uint256 leftMor,
        bytes32 rightHash,
        uint256 rightMor
    ) private pure returns (bytes32 parent) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, leftHash)
            mstore(add(free, 0x20), shl(128, leftMor))
            mstore(add(free, 0x30), rightHash)
            mstore(add(free, 0x50), shl(128, rightMor))
            parent := keccak256(free, 0x60)
        }
    }
}
