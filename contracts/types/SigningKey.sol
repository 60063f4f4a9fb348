// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev A plain key that signs messages for its owner. It serves one owner, for ever.
struct SigningKey {
    // slot 0
    /// @dev Whom it serves; the zero address = never registered.
    address owner;
    /// @dev First UTC day on which its messages are good.
    uint24 fromDay;
    /// @dev Last UTC day on which its messages are good.
    uint24 untilDay;
    /// @dev UTC day from which a revocation counts; 0 = not revoked.
    uint24 revokedFromDay;
}
