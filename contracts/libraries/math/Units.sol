// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @dev Basis points in one.
uint256 constant BPS = 10_000;
/// @dev Seconds in a UTC day.
uint256 constant DAY_SECONDS = 86_400;
/// @dev Seconds in an hour.
uint256 constant HOUR_SECONDS = 3_600;
/// @dev The longest that a signed deadline lies ahead [s] (24 h).
uint256 constant MAX_DEADLINE_SECONDS = 86_400;
