// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev Which facet serves a function.
struct SelectorEntry {
    /// @dev Contract with the code.
    address facet;
    /// @dev Place in the list of functions, counted from 0.
    uint32 position;
}
