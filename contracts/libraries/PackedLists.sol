// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {PackedList} from "../types/PackedList.sol";

/// @title Operations on lists of 32-bit numbers, eight in a slot.
library PackedLists {
    uint256 private constant BITS = 32;
    uint256 private constant PER_WORD = 8;

    /// @dev Number of items.
    function length(PackedList storage list) internal view returns (uint32) {
        return _get(list, 0);
    }

    /// @dev Item at `position`, counted from 1 up to `length`.
    function at(PackedList storage list, uint256 position) internal view returns (uint32) {
        return _get(list, position);
    }

    /// @dev Appends an item.
    /// @return position Its place, counted from 1.
    function push(PackedList storage list, uint32 item) internal returns (uint32 position) {
        uint256 first = list.words[0];
        position = SafeCast.toUint32(uint256(uint32(first)) + 1);
        // The length stands in the lowest bits of the first word, so counting up cannot spill over.
        first += 1;
        if (position < PER_WORD) {
            list.words[0] = first | (uint256(item) << (position * BITS));
        } else {
            list.words[0] = first;
            _set(list, position, item);
        }
    }

    /// @dev Overwrites the item at `position`.
    function set(PackedList storage list, uint256 position, uint32 item) internal {
        _set(list, position, item);
    }

    /// @dev Removes the item at `position` by moving the last one there.
    /// @return isMoved True if another item is at `position` now.
    /// @return moved That item.
    function remove(PackedList storage list, uint256 position) internal returns (bool isMoved, uint32 moved) {
        uint32 last = length(list);
        moved = _get(list, last);
        isMoved = position != last;
        if (isMoved) _set(list, position, moved);
        _set(list, last, 0);
        _set(list, 0, last - 1);
    }

    /// @dev Up to `limit` items after the first `offset`, and the number of all.
    function page(
        PackedList storage list,
        uint256 offset,
        uint256 limit
    ) internal view returns (uint32[] memory items, uint256 total) {
        total = length(list);
        items = new uint32[](pageSize(total, offset, limit));
        for (uint256 i = 0; i < items.length; ++i) {
            items[i] = _get(list, offset + i + 1);
        }
    }

    /// @dev Number of items on a page, never more than there are.
    function pageSize(uint256 total, uint256 offset, uint256 limit) internal pure returns (uint256) {
        if (offset >= total) return 0;
        uint256 left = total - offset;
        return limit < left ? limit : left;
    }

    function _get(PackedList storage list, uint256 place) private view returns (uint32) {
        return uint32(list.words[place / PER_WORD] >> ((place % PER_WORD) * BITS));
    }

    function _set(PackedList storage list, uint256 place, uint32 item) private {
        uint256 shift = (place % PER_WORD) * BITS;
        uint256 word = list.words[place / PER_WORD];
        uint256 cleared = word & ~(uint256(type(uint32).max) << shift);
        list.words[place / PER_WORD] = cleared | (uint256(item) << shift);
    }
}
