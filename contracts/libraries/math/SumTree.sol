// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SumNode} from "../../types/DayBook.sol";

/// @title Merkle sum trees: every leaf is an interval of MOR, and the root tells the sum.
/// @dev A parent hashes both children with their sums, so a sum cannot be changed above its leaf. Leaves are hashed
/// twice by whoever makes them, so no inner node is a leaf.
library SumTree {
    /// @dev The deepest tree that is walked.
    uint256 internal constant MAX_DEPTH = 40;
    uint256 private constant MAX_SUM = 0xffffffffffffffffffffffffffffffff;

    /// @dev Walks from a leaf to the root.
    /// A sum above 128 bits loses its high bits in the hash, and then differs from what the book says.
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
        assembly ("memory-safe") {
            // Left hash at 0, left sum at 32, right hash at 48, right sum at 80: 96 bytes packed.
            let pair := mload(0x40)
            let end := add(siblings.offset, mul(siblings.length, 0x40))
            for {
                let sibling := siblings.offset
            } lt(sibling, end) {
                sibling := add(sibling, 0x40)
            } {
                let siblingMor := and(calldataload(add(sibling, 0x20)), MAX_SUM)
                switch and(index, 1)
                case 1 {
                    mstore(pair, calldataload(sibling))
                    mstore(add(pair, 0x20), shl(128, siblingMor))
                    mstore(add(pair, 0x30), root)
                    mstore(add(pair, 0x50), shl(128, sumMor))
                    leftMor := add(leftMor, siblingMor)
                }
                default {
                    mstore(pair, root)
                    mstore(add(pair, 0x20), shl(128, sumMor))
                    mstore(add(pair, 0x30), calldataload(sibling))
                    mstore(add(pair, 0x50), shl(128, siblingMor))
                }
                root := keccak256(pair, 0x60)
                // At most 40 sums of 128 bits.
                sumMor := add(sumMor, siblingMor)
                index := shr(1, index)
            }
        }
    }
}
