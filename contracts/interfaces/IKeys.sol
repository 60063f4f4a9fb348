// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {SigningKey} from "../types/SigningKey.sol";

/// @title Plain keys that sign messages which a later dispute must judge.
interface IKeys {
    /// @notice A key serves an owner from today on until the end of the UTC day `untilDay`.
    event KeyRegistered(address indexed owner, address indexed key, uint24 untilDay);
    /// @notice Messages of the key are not good from the UTC day `fromDay` on.
    event KeyRevoked(address indexed owner, address indexed key, uint24 fromDay);

    /// @notice The key serves somebody else, for ever.
    error KeyTaken(address key, address owner);
    /// @notice The key was revoked or ran out; register another one.
    error KeyEnded(address key, uint24 lastDay);
    /// @notice The key is not the caller's.
    error KeyNotFound(address key, address owner);

    /// @notice Registers or prolongs a key of the caller.
    /// @param key The key; it signed `KeyRegistration(owner, key, validUntil)`.
    /// @param validUntil Last moment [s], at most 90 days ahead; the whole UTC day counts.
    /// @param keySignature By the key.
    function registerKey(address key, uint40 validUntil, bytes calldata keySignature) external;

    /// @notice Revokes a key of the caller from the next UTC day on. Cannot be paused.
    function revokeKey(address key) external;

    /// @notice A key; all zero if it was never registered.
    function getKey(address key) external view returns (SigningKey memory);

    /// @notice True if messages of the key are good for the owner on a UTC day.
    function isKeyGood(address key, address owner, uint24 day) external view returns (bool);
}
