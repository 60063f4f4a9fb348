// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessions} from "../interfaces/ISessions.sol";
import {SessionStorage} from "../storage/SessionStorage.sol";
import {Bid} from "../types/Bid.sol";
import {BidId, SessionId} from "../types/Ids.sol";
import {SessionApproval, SessionReceipt, SessionRequest} from "../types/Session.sol";
import {SessionMath} from "./math/SessionMath.sol";
import {Delegation} from "./Delegation.sol";
import {Signatures} from "./Signatures.sol";

/// @title What providers sign for sessions (EIP-712).
library SessionMessages {
    bytes32 internal constant APPROVAL_TYPEHASH = keccak256(
        "SessionApproval(bytes32 bidId,address user,uint128 pricePerSecondMor,uint32 maxDurationSeconds,"
        "uint8 payment,uint256 nonce,uint40 deadline)"
    );
    bytes32 internal constant RECEIPT_TYPEHASH = keccak256(
        "SessionReceipt(bytes32 sessionId,uint64 inputTokens,uint64 outputTokens,uint32 tokensPerSecondMilli,"
        "uint32 ttftMs,uint40 deadline)"
    );
    uint256 private constant BITS_PER_WORD = 256;

    function hash(SessionApproval calldata approval) internal view returns (bytes32) {
        return Signatures.digest(keccak256(abi.encode(APPROVAL_TYPEHASH, approval)));
    }

    function hash(SessionReceipt calldata receipt) internal view returns (bytes32) {
        return Signatures.digest(keccak256(abi.encode(RECEIPT_TYPEHASH, receipt)));
    }

    /// @dev Checks every field of an approval against request and bid, and marks it as used.
    function requireApproval(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        bytes calldata signature,
        Bid storage bid
    ) internal {
        _requireEqual("bidId", uint256(BidId.unwrap(approval.bidId)), uint256(BidId.unwrap(request.bidId)));
        _requireEqual("payment", uint256(approval.payment), uint256(request.payment));
        _requireEqual("pricePerSecondMor", approval.pricePerSecondMor, bid.priceMor);
        requireDuration(
            request.durationSeconds,
            approval.maxDurationSeconds < SessionMath.MAX_SECONDS
                ? approval.maxDurationSeconds
                : SessionMath.MAX_SECONDS
        );
        Signatures.requireDeadline(approval.deadline);
        address provider = bid.provider;
        _useNonce(provider, approval.nonce);
        Signatures.requireSigner(provider, Delegation.PROVIDER, hash(approval), signature);
    }

    function requireReceipt(
        SessionId sessionId,
        SessionReceipt calldata receipt,
        bytes calldata signature,
        address provider
    ) internal view {
        if (SessionId.unwrap(receipt.sessionId) != SessionId.unwrap(sessionId)) {
            revert ISessions.ReceiptMismatch(receipt.sessionId, sessionId);
        }
        Signatures.requireDeadline(receipt.deadline);
        Signatures.requireSigner(provider, Delegation.PROVIDER, hash(receipt), signature);
    }

    function requireDuration(uint256 durationSeconds, uint256 maxSeconds) internal pure {
        if (durationSeconds >= SessionMath.MIN_SECONDS && durationSeconds <= maxSeconds) return;
        revert ISessions.DurationOutOfRange(durationSeconds, SessionMath.MIN_SECONDS, maxSeconds);
    }

    function isUsed(address provider, uint256 nonce) internal view returns (bool) {
        uint256 bits = SessionStorage.load().usedApprovals[provider][nonce / BITS_PER_WORD];
        return bits & (1 << (nonce % BITS_PER_WORD)) != 0;
    }

    function _useNonce(address provider, uint256 nonce) private {
        if (isUsed(provider, nonce)) revert ISessions.ApprovalUsed(provider, nonce);
        SessionStorage.load().usedApprovals[provider][nonce / BITS_PER_WORD] |= 1 << (nonce % BITS_PER_WORD);
    }

    function _requireEqual(bytes32 field, uint256 approved, uint256 expected) private pure {
        if (approved != expected) revert ISessions.ApprovalMismatch(field, approved, expected);
    }
}
