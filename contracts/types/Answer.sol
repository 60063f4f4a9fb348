// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {BidId, ModelId} from "./Ids.sol";
import {SumNode} from "./DayBook.sol";
import {Verdict} from "./Session.sol";

/// @dev A user asks a router for compute (EIP-712). Its digest is the id of the request.
struct RequestForCompute {
    /// @dev Who asks.
    address user;
    /// @dev Who is asked.
    address router;
    /// @dev The model.
    ModelId modelId;
    /// @dev The longest answer [T].
    uint64 tokenMax;
    /// @dev Ed25519 key that will sign the prompt.
    bytes32 sessionKey;
    /// @dev Makes the request unique.
    uint256 nonce;
    /// @dev UTC day whose access is used.
    uint24 day;
    /// @dev Last moment at which the router may take it [s].
    uint40 deadline;
}

/// @dev A router assigns a request to a provider (EIP-712).
struct Ticket {
    /// @dev The request.
    bytes32 rfcId;
    /// @dev Ed25519 key that will sign the prompt.
    bytes32 sessionKey;
    /// @dev Who answers.
    address provider;
    /// @dev The token bid.
    BidId bidId;
    /// @dev The model.
    ModelId modelId;
    /// @dev The longest answer [T].
    uint64 tokenMax;
    /// @dev Price [MOR-wei per T].
    uint128 pricePerTokenMor;
    /// @dev UTC day whose access is used.
    uint24 day;
    /// @dev Last moment at which its receipt counts [s].
    uint40 deadline;
}

/// @dev A provider says what it answered (EIP-712).
struct ProviderReceipt {
    /// @dev The request.
    bytes32 rfcId;
    /// @dev Hash of the prompt.
    bytes32 requestHash;
    /// @dev Hash of the answer.
    bytes32 responseHash;
    /// @dev Length of the answer [T].
    uint64 tokens;
    /// @dev Time from the request to the last token [ms].
    uint32 durationMs;
    /// @dev Time to the first token [ms].
    uint32 ttftMs;
}

/// @dev A user says what was received (EIP-712).
struct UsageReport {
    /// @dev The request.
    bytes32 rfcId;
    /// @dev Who assigned it.
    address router;
    /// @dev UTC day whose access is used.
    uint24 day;
    /// @dev Length of the answer [T].
    uint64 tokens;
    /// @dev Time from the request to the last token [ms].
    uint32 durationMs;
    /// @dev What the user says of it.
    Verdict verdict;
}

/// @dev One credited answer: four messages with their signatures, and what is credited for them.
struct Answer {
    /// @dev By a key of the user.
    RequestForCompute rfc;
    /// @dev By a key of the router.
    Ticket ticket;
    /// @dev By a key of the provider.
    ProviderReceipt receipt;
    /// @dev By a key of the user.
    UsageReport report;
    /// @dev Signature of `rfc`.
    bytes rfcSignature;
    /// @dev Signature of `ticket`.
    bytes ticketSignature;
    /// @dev Signature of `receipt`.
    bytes receiptSignature;
    /// @dev Signature of `report`.
    bytes reportSignature;
    /// @dev Credited [T].
    uint64 tokens;
    /// @dev Price [MOR-wei per T].
    uint128 pricePerTokenMor;
    /// @dev Tokens times price, larger than 0 [MOR-wei].
    uint128 amountMor;
    /// @dev What this router credited for the user on this day, this answer included [MOR-wei].
    uint128 runningMor;
    /// @dev Number of the answer among those of the user, router and day.
    uint32 runningNumber;
}

/// @dev An answer with its place and the path to the provider's `receiptsRoot`.
struct AnswerProof {
    /// @dev The answer.
    Answer answer;
    /// @dev Its place, counted from 0.
    uint256 index;
    /// @dev Neighbours from the leaf up.
    SumNode[] siblings;
}

/// @dev What makes a day book fall.
enum Fault {
    None,
    SumsDoNotAddUp,
    AmountIsZero,
    OtherRouter,
    OtherDay,
    OtherProvider,
    OtherRequest,
    OtherModel,
    OtherBid,
    SignatureInvalid,
    TokensTooHigh,
    AmountWrong,
    PriceTooHigh,
    RunningTooLow,
    RunningAboveCap,
    RequestTwice,
    ProvidersOutOfOrder,
    Withheld
}

/// @dev A demand to show the answer at a MOR position of a sealed book.
struct Demand {
    // slot 0
    /// @dev Who asked; the zero address = no demand.
    address demander;
    /// @dev Last moment of the router's clock for the answer [s].
    uint40 dueClock;
    // slot 1
    /// @dev Deposit, for the router that answers or back to who asked [MOR-wei].
    uint128 depositMor;
}
