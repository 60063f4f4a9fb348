// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev What a router credited on a UTC day, as it is stored. Its size does not depend on the number of answers.
struct DayBook {
    // slot 0
    /// @dev Root of the tree of providers.
    bytes32 root;
    // slot 1
    /// @dev Sum of the tree; 96 bits hold 7e10 MOR [MOR-wei].
    uint96 totalMor;
    /// @dev Tokens credited.
    uint64 totalTokens;
    /// @dev Answers credited.
    uint32 answers;
    /// @dev Last commit [s]; 0 = no book.
    uint40 updatedAt;
    /// @dev Depth of the tree of providers.
    uint8 depth;
    /// @dev The router's part of the day's budget [bps].
    uint16 shareBps;
    // slot 2
    /// @dev Credited to providers so far [MOR-wei].
    uint96 claimedMor;
    /// @dev Launch incentive of the router on this day [MOR-wei].
    uint72 potMor;
    /// @dev The router's clock when it was sealed [s]; 0 = open.
    uint40 sealedClock;
    /// @dev Places that share in the incentive.
    uint8 places;
    /// @dev Demands without an answer.
    uint24 openDemands;
    /// @dev True if it fell: nothing of it is paid.
    bool isFallen;
    /// @dev True once a claim found it final.
    bool isFinal;
}

/// @dev Where a day book stands.
enum BookStatus {
    None,
    Open,
    Sealed,
    Final,
    Fallen
}

/// @dev A day book for readers.
struct DayBookView {
    /// @dev Where it stands.
    BookStatus status;
    /// @dev Root of the tree of providers.
    bytes32 root;
    /// @dev Sum of the tree [MOR-wei].
    uint128 totalMor;
    /// @dev Credited to providers so far [MOR-wei].
    uint128 claimedMor;
    /// @dev Launch incentive of the router on this day [MOR-wei].
    uint128 potMor;
    /// @dev Tokens credited.
    uint64 totalTokens;
    /// @dev Answers credited.
    uint32 answers;
    /// @dev Depth of the tree of providers.
    uint8 depth;
    /// @dev Places that share in the incentive.
    uint8 places;
    /// @dev Demands without an answer.
    uint24 openDemands;
    /// @dev Last commit [s].
    uint40 updatedAt;
    /// @dev The router's clock when it was sealed [s]; 0 = open.
    uint40 sealedClock;
    /// @dev The router's clock when it becomes final [s]; 0 = open.
    uint40 finalClock;
}

/// @dev What a router commits.
struct DayBookCommit {
    /// @dev UTC day.
    uint24 day;
    /// @dev Root of the tree of providers.
    bytes32 root;
    /// @dev Sum of the tree [MOR-wei].
    uint96 totalMor;
    /// @dev Tokens credited.
    uint64 totalTokens;
    /// @dev Answers credited.
    uint32 answers;
    /// @dev Depth of the tree of providers: 2 ** depth leaves, empty ones included.
    uint8 depth;
}

/// @dev A node of a Merkle sum tree.
struct SumNode {
    /// @dev Hash of the leaf, or of both children with their sums.
    bytes32 hash;
    /// @dev Sum of the leaves below [MOR-wei].
    uint128 sumMor;
}

/// @dev What a provider earned in a day book.
struct ProviderLeaf {
    /// @dev Who earned.
    address provider;
    /// @dev How much, larger than 0 [MOR-wei].
    uint128 dayMor;
    /// @dev Root of the tree of its receipts, whose sum is `dayMor`.
    bytes32 receiptsRoot;
}

/// @dev A provider's leaf with its place and the path to the root.
struct ProviderProof {
    /// @dev The leaf.
    ProviderLeaf leaf;
    /// @dev Its place, counted from 0: the rank of the provider.
    uint256 index;
    /// @dev Neighbours from the leaf up.
    SumNode[] siblings;
}
