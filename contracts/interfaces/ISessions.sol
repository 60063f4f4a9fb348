// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {BidId, SessionId} from "../types/Ids.sol";
import {Payment, SessionApproval, SessionReceipt, SessionRequest, Verdict} from "../types/Session.sol";

/// @title Sessions: a provider for a time window, paid per second.
interface ISessions {
    /// @notice A session was opened.
    event SessionOpened(address indexed user, bytes32 indexed sessionId, address indexed providerId);
    /// @notice A session was closed.
    event SessionClosed(address indexed user, bytes32 indexed sessionId, address indexed providerId);
    /// @notice The facts of a new session.
    event SessionBooked(
        SessionId indexed sessionId,
        BidId indexed bidId,
        uint128 costMor,
        uint32 durationSeconds,
        Payment payment,
        bool isDisputable,
        uint256 approvalNonce
    );
    /// @notice The facts of a closing: `creditedMor` to the provider, `returnedMor` to allowance or escrow's owner,
    /// `backToPoolMor` to neither [MOR-wei].
    event SessionSettled(
        SessionId indexed sessionId,
        address indexed closedBy,
        Verdict verdict,
        uint24 usedSeconds,
        uint128 creditedMor,
        uint128 returnedMor,
        uint128 backToPoolMor,
        uint64 inputTokens,
        uint64 outputTokens
    );
    /// @notice A direct payment could not be delivered and waits in escrow for `withdrawDirect` [MOR-wei].
    event DirectPaymentKept(SessionId indexed sessionId, address indexed provider, uint128 amountMor);

    /// @notice The bid is not active, or is per token.
    error BidNotActive(BidId bidId);
    /// @notice A field of the approval differs from the request, the caller or the bid.
    error ApprovalMismatch(bytes32 field, uint256 approved, uint256 expected);
    /// @notice The approval was used before.
    error ApprovalUsed(address provider, uint256 nonce);
    /// @notice The duration is outside 5 min to 24 h or the approval [s].
    error DurationOutOfRange(uint256 durationSeconds, uint256 minSeconds, uint256 maxSeconds);
    /// @notice The cost is above what is left of the day's allowance with all stake allowed [MOR-wei].
    error AllowanceTooLow(uint256 costMor, uint256 remainingMor);
    /// @notice More stake is missing than may be pulled [MOR-wei].
    error StakeMissing(uint256 missingMor, uint256 maxStakeMor);
    /// @notice The cost is above what may be pulled into escrow [MOR-wei].
    error PayTooHigh(uint256 costMor, uint256 maxPayMor);
    /// @notice A delegate spends allowance of stake that is there, nothing else.
    error OwnCallOnly(address user, address caller);
    /// @notice There is no such session.
    error SessionNotFound(SessionId sessionId);
    /// @notice The session was closed before.
    error SessionAlreadyClosed(SessionId sessionId);
    /// @notice A stranger can close only after the end [s].
    error SessionNotEnded(uint256 timestamp, uint256 endsAt);
    /// @notice Only the user or the delegate has a verdict.
    error VerdictNotAllowed(address caller);
    /// @notice The receipt is for another session.
    error ReceiptMismatch(SessionId receiptSessionId, SessionId sessionId);

    /// @notice Opens a session. User or delegate; only the user's own call pulls MOR.
    /// @param request What the user asks for.
    /// @param approval What the provider agreed to.
    /// @param signature EIP-712, 65 bytes, by the provider or its delegate, or ERC-1271 of the provider.
    function openSession(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        bytes calldata signature
    ) external returns (SessionId sessionId);

    /// @notice Closes a session: user, delegate or provider at any time, anyone after the end.
    /// @param verdict Of user or delegate only, else `None`.
    /// @param receipt Used only if `signature` is not empty.
    /// @param signature EIP-712 as for `openSession`; empty = no receipt.
    function closeSession(
        SessionId sessionId,
        Verdict verdict,
        SessionReceipt calldata receipt,
        bytes calldata signature
    ) external;
}
