// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev List of 32-bit numbers, eight in a slot. The first place holds the length, so a short list is one slot.
struct PackedList {
    mapping(uint256 word => uint256 eightNumbers) words;
}
