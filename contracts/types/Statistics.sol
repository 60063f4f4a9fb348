// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @dev How sessions of one provider with one model went. Every field saturates, none ever reverts.
struct Statistics {
    // slot 0
    /// @dev Sessions closed.
    uint32 sessions;
    /// @dev Closed with the verdict Pass.
    uint32 passes;
    /// @dev Closed with the verdict Fail.
    uint32 fails;
    /// @dev Running average of the speed [tokens per 1000 s].
    uint32 tokensPerSecondMilli;
    /// @dev Running average of the time to the first token [ms].
    uint32 ttftMs;
    /// @dev Receipts counted into the averages.
    uint32 receipts;
    /// @dev Tokens in and out, from receipts.
    uint64 tokens;
    // slot 1
    /// @dev Earned in all closed sessions [MOR-wei].
    uint128 earnedMor;
    /// @dev Earned in sessions closed with the verdict Fail, the weight of the negative points [MOR-wei].
    uint128 failedMor;
}
