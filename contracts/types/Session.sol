// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {BidId, ModelId, SessionId} from "./Ids.sol";

/// @dev Who pays the provider.
enum Payment {
    Pool,
    Direct
}

/// @dev What the user says of a session when closing it.
enum Verdict {
    None,
    Pass,
    Fail
}

/// @dev A session as it is stored; its price and provider are the bid's.
struct Session {
    // slot 0
    /// @dev Who uses it.
    address user;
    /// @dev When it was opened [s].
    uint40 openedAt;
    /// @dev Booked length [s].
    uint24 durationSeconds;
    /// @dev Length that counted when it was closed [s].
    uint24 usedSeconds;
    /// @dev Bits of `SessionFlags`.
    uint8 flags;
    // slot 1
    /// @dev The bid it was opened on.
    BidId bidId;
}

/// @dev What the user asks for.
struct SessionRequest {
    /// @dev The per-second bid.
    BidId bidId;
    /// @dev Length to book [s].
    uint32 durationSeconds;
    /// @dev Who pays.
    Payment payment;
    /// @dev The most that may be pulled from the wallet as stake [MOR-wei].
    uint128 maxStakeMor;
    /// @dev The most that may be pulled from the wallet into escrow [MOR-wei].
    uint128 maxPayMor;
}

/// @dev What the provider signs before a session (EIP-712).
struct SessionApproval {
    /// @dev The per-second bid.
    BidId bidId;
    /// @dev Who may open.
    address user;
    /// @dev Equal to the bid's price [MOR-wei per second].
    uint128 pricePerSecondMor;
    /// @dev The longest session that is approved [s].
    uint32 maxDurationSeconds;
    /// @dev Who pays.
    Payment payment;
    /// @dev Used at most once per provider.
    uint256 nonce;
    /// @dev Last moment at which it can be used [s], at most 24 h ahead.
    uint40 deadline;
}

/// @dev What the provider signs after a session (EIP-712); feeds the statistics only.
struct SessionReceipt {
    /// @dev The session.
    SessionId sessionId;
    /// @dev Tokens of all prompts.
    uint64 inputTokens;
    /// @dev Tokens of all answers.
    uint64 outputTokens;
    /// @dev Speed [tokens per 1000 s].
    uint32 tokensPerSecondMilli;
    /// @dev Time to the first token [ms].
    uint32 ttftMs;
    /// @dev Last moment at which it can be used [s], at most 24 h ahead.
    uint40 deadline;
}

/// @dev What `openSession` would do now.
struct SessionQuote {
    /// @dev Price times duration [MOR-wei].
    uint128 costMor;
    /// @dev Stake that would be pulled from the wallet [MOR-wei]; 0 for direct payment.
    uint128 missingStakeMor;
    /// @dev Active session stake of the user now [MOR-wei].
    uint128 activeStakeMor;
    /// @dev Allowance left today before this session [MOR-wei].
    uint128 remainingMor;
    /// @dev When stake that is unstaked now can leave [s].
    uint40 withdrawableAt;
}

/// @dev A session with everything a client asks for.
struct SessionView {
    /// @dev The session.
    SessionId sessionId;
    /// @dev Who uses it.
    address user;
    /// @dev Who serves it.
    address provider;
    /// @dev The bid it was opened on.
    BidId bidId;
    /// @dev The model.
    ModelId modelId;
    /// @dev Price [MOR-wei per second].
    uint128 pricePerSecondMor;
    /// @dev When it was opened [s].
    uint40 openedAt;
    /// @dev When it ends by itself [s].
    uint40 endsAt;
    /// @dev Length that counted when it was closed [s].
    uint24 usedSeconds;
    /// @dev Who pays.
    Payment payment;
    /// @dev True if a verdict Fail in time takes the pay back.
    bool isDisputable;
    /// @dev True after closing.
    bool isClosed;
    /// @dev What the user said.
    Verdict verdict;
}
