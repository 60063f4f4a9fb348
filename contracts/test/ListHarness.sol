// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {PackedLists} from "../libraries/PackedLists.sol";
import {PackedList} from "../types/PackedList.sol";

/// @title Lists of 32-bit numbers, driven by a whole series of changes in one call.
contract ListHarness {
    using PackedLists for PackedList;

    /// @dev A change of the list, or none.
    enum Kind {
        Push,
        Set,
        Remove
    }

    /// @dev What to do to which place with which item.
    struct Step {
        Kind kind;
        uint32 position;
        uint32 item;
    }

    PackedList private _list;

    /// @notice Applies changes and tells what each gave back: the position pushed to, or the item that moved + 1.
    function change(Step[] calldata steps) external returns (uint256[] memory answers) {
        answers = new uint256[](steps.length);
        for (uint256 i = 0; i < steps.length; ++i) {
            Step calldata step = steps[i];
            if (step.kind == Kind.Push) {
                answers[i] = _list.push(step.item);
            } else if (step.kind == Kind.Set) {
                _list.set(step.position, step.item);
            } else {
                (bool isMoved, uint32 moved) = _list.remove(step.position);
                answers[i] = isMoved ? uint256(moved) + 1 : 0;
            }
        }
    }

    function length() external view returns (uint32) {
        return _list.length();
    }

    function at(uint256 position) external view returns (uint32) {
        return _list.at(position);
    }

    function page(uint256 offset, uint256 limit) external view returns (uint32[] memory items, uint256 total) {
        return _list.page(offset, limit);
    }

    function word(uint256 index) external view returns (uint256) {
        return _list.words[index];
    }
}
