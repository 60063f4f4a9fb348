// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev What a stake serves.
enum Purpose {
    Session,
    Access
}

/// @dev Unstaked MOR on its way out, kept per midnight; at most two midnights lie ahead.
struct Unstaking {
    // slot 0
    /// @dev Due now [MOR-wei].
    uint128 dueMor;
    /// @dev Due at `firstAt` [MOR-wei].
    uint128 firstMor;
    // slot 1
    /// @dev Due at `secondAt` [MOR-wei].
    uint128 secondMor;
    /// @dev The earlier midnight [s].
    uint40 firstAt;
    /// @dev The later midnight [s].
    uint40 secondAt;
}

/// @dev A stake account for one purpose, as of now.
struct StakeView {
    /// @dev Active stake [MOR-wei].
    uint128 activeMor;
    /// @dev Stake that counts today [MOR-wei].
    uint128 countedMor;
    /// @dev Allowance used today [MOR-wei].
    uint128 usedMor;
    /// @dev Allowance left today [MOR-wei].
    uint128 remainingMor;
}
