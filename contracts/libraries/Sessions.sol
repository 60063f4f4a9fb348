// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessions} from "../interfaces/ISessions.sol";
import {SessionStorage} from "../storage/SessionStorage.sol";
import {Bid, Unit} from "../types/Bid.sol";
import {Day} from "../types/Day.sol";
import {SessionId} from "../types/Ids.sol";
import {PackedList} from "../types/PackedList.sol";
import {Payment, Session, SessionApproval, SessionReceipt, SessionRequest, Verdict} from "../types/Session.sol";
import {Settlement} from "../types/Settlement.sol";
import {Purpose} from "../types/Stake.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {DayMath} from "./math/DayMath.sol";
import {SessionMath} from "./math/SessionMath.sol";
import {AccessDays} from "./AccessDays.sol";
import {Bids} from "./Bids.sol";
import {Credits} from "./Credits.sol";
import {Delegation} from "./Delegation.sol";
import {PackedLists} from "./PackedLists.sol";
import {Providers} from "./Providers.sol";
import {SessionFlags} from "./SessionFlags.sol";
import {SessionMessages} from "./SessionMessages.sol";
import {SessionRecords} from "./SessionRecords.sol";
import {Stakes} from "./Stakes.sol";
import {Stats} from "./Stats.sol";
import {Treasury} from "./Treasury.sol";

/// @title Sessions: opening and closing.
library Sessions {
    using PackedLists for PackedList;
    using SessionFlags for uint8;

    // --- Opening a session

    /// @dev Opens a session as agreed; the pull from the wallet, if any, comes last.
    function open(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        bytes calldata signature
    ) internal returns (SessionId sessionId) {
        Bid storage bid = Bids.get(request.bidId);
        if (bid.unit != Unit.Second || !Bids.isActive(bid)) revert ISessions.BidNotActive(request.bidId);
        Delegation.requireActor(approval.user, Delegation.SESSION);
        SessionMessages.requireApproval(request, approval, signature, bid);
        uint128 costMor = SessionRecords.cost(bid.priceMor, request.durationSeconds);
        if (request.payment == Payment.Direct) return _openDirect(request, approval, bid, costMor);
        return _openPool(request, approval, bid, costMor);
    }

    // --- Closing a session

    /// @dev Closes a session. Moves no pool money, so it cannot fail for lack of it.
    function close(
        SessionId sessionId,
        Verdict verdict,
        SessionReceipt calldata receipt,
        bytes calldata signature
    ) internal {
        Session storage stored = SessionRecords.get(sessionId);
        Session memory session = stored;
        if (session.flags.has(SessionFlags.CLOSED)) revert ISessions.SessionAlreadyClosed(sessionId);
        Bid storage bid = Bids.get(session.bidId);
        address provider = bid.provider;
        bool isProvider = _requireCloser(session, provider, verdict);
        if (signature.length != 0) {
            SessionMessages.requireReceipt(sessionId, receipt, signature, provider);
            Stats.countReceipt(bid.modelId, provider, receipt);
        }

        Settlement memory settlement = _settlement(session, bid.priceMor, verdict, isProvider);
        stored.usedSeconds = settlement.usedSeconds;
        stored.flags = session.flags | SessionFlags.CLOSED | _flagOf(verdict);
        Stats.countSession(bid.modelId, provider, verdict, settlement.earnedMor);
        _emitClosed(sessionId, session.user, provider, verdict, settlement, receipt, signature.length != 0);
        if (session.flags.has(SessionFlags.DIRECT)) _settleDirect(sessionId, session.user, provider, settlement);
        else _settlePool(session, provider, settlement);
    }

    // --- Inside: opening

    /// @dev The user's wallet pays into escrow; pool, allowance and supply are not touched.
    function _openDirect(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        Bid storage bid,
        uint128 costMor
    ) private returns (SessionId sessionId) {
        address user = approval.user;
        if (msg.sender != user) revert ISessions.OwnCallOnly(user, msg.sender);
        if (costMor > request.maxPayMor) revert ISessions.PayTooHigh(costMor, request.maxPayMor);
        sessionId = _record(request, approval, bid, costMor, SessionFlags.DIRECT);
        Treasury.pull(TreasuryBucket.Escrow, user, costMor);
    }

    /// @dev The pool pays; the cost is charged to today's allowance, missing stake is pulled from the user's wallet.
    function _openPool(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        Bid storage bid,
        uint128 costMor
    ) private returns (SessionId sessionId) {
        address user = approval.user;
        Day memory day = AccessDays.openDay();
        uint128 missingMor = Stakes.charge(user, day, costMor, request.maxStakeMor);
        if (missingMor != 0 && msg.sender != user) revert ISessions.OwnCallOnly(user, msg.sender);
        uint256 stakeMor = uint256(Stakes.activeOf(user, Purpose.Session)) + missingMor;
        uint8 flags = stakeMor > Providers.stakeOf(bid.provider) ? SessionFlags.DISPUTABLE : 0;
        Credits.reserve(bid.provider, block.timestamp + request.durationSeconds, costMor);
        sessionId = _record(request, approval, bid, costMor, flags);
        if (missingMor == 0) return sessionId;
        Stakes.stake(user, Purpose.Session, missingMor);
        Stakes.requireCovered(user, day);
    }

    function _record(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        Bid storage bid,
        uint128 costMor,
        uint8 flags
    ) private returns (SessionId sessionId) {
        SessionStorage.Layout storage $ = SessionStorage.load();
        uint32 index = $.count;
        $.count = index + 1;
        sessionId = SessionRecords.idOf(index);
        address user = approval.user;
        $.sessions[sessionId] = Session({
            user: user,
            openedAt: uint40(block.timestamp),
            durationSeconds: uint24(request.durationSeconds),
            usedSeconds: 0,
            flags: flags,
            bidId: request.bidId
        });
        address provider = bid.provider;
        $.userSessions[user].push(index);
        $.providerSessions[provider].push(index);
        $.modelSessions[bid.modelId].push(index);
        emit ISessions.SessionOpened(user, SessionId.unwrap(sessionId), provider);
        _emitBooked(sessionId, request, costMor, flags, approval.nonce);
    }

    function _emitBooked(
        SessionId sessionId,
        SessionRequest calldata request,
        uint128 costMor,
        uint8 flags,
        uint256 approvalNonce
    ) private {
        emit ISessions.SessionBooked(
            sessionId,
            request.bidId,
            costMor,
            request.durationSeconds,
            request.payment,
            flags.has(SessionFlags.DISPUTABLE),
            approvalNonce
        );
    }

    // --- Inside: closing

    /// @dev User, delegate or provider at any time, anyone after the end; a verdict only from user or delegate.
    /// @return isProvider True if the provider closes for itself.
    function _requireCloser(
        Session memory session,
        address provider,
        Verdict verdict
    ) private view returns (bool isProvider) {
        if (msg.sender == session.user) return false;
        uint256 endsAt = uint256(session.openedAt) + session.durationSeconds;
        bool hasEnded = block.timestamp >= endsAt;
        if (hasEnded && verdict == Verdict.None) return false;
        if (Delegation.isDelegate(msg.sender, session.user, Delegation.SESSION)) return false;
        if (verdict != Verdict.None) revert ISessions.VerdictNotAllowed(msg.sender);
        if (msg.sender == provider || Delegation.isDelegate(msg.sender, provider, Delegation.PROVIDER)) return true;
        revert ISessions.SessionNotEnded(block.timestamp, endsAt);
    }

    function _settlement(
        Session memory session,
        uint128 priceMor,
        Verdict verdict,
        bool isProvider
    ) private view returns (Settlement memory settlement) {
        uint256 used = SessionMath.usedSeconds(session.openedAt, session.durationSeconds, block.timestamp);
        settlement.usedSeconds = uint24(used);
        settlement.costMor = priceMor * session.durationSeconds;
        settlement.earnedMor = priceMor * uint128(used);
        settlement.creditedMor = settlement.earnedMor;
        settlement.returnedMor = settlement.costMor - settlement.earnedMor;
        if (block.timestamp > session.openedAt + SessionMath.disputeSeconds(session.durationSeconds)) {
            return settlement;
        }

        if (isProvider) {
            // Who does not serve is not paid.
            (settlement.earnedMor, settlement.creditedMor) = (0, 0);
            settlement.returnedMor = settlement.costMor;
        } else if (verdict == Verdict.Fail && session.flags.has(SessionFlags.DISPUTABLE)) {
            (settlement.creditedMor, settlement.backToPoolMor) = (0, settlement.earnedMor);
        }
    }

    /// @dev A session that ran to its end keeps its promise as it is; only less is written down.
    function _settlePool(Session memory session, address provider, Settlement memory settlement) private {
        if (settlement.creditedMor == settlement.costMor) return;
        uint256 endsAt = uint256(session.openedAt) + session.durationSeconds;
        Credits.settle(provider, endsAt, settlement.costMor, settlement.creditedMor);
        Stakes.refund(session.user, DayMath.dayOf(session.openedAt), settlement.returnedMor);
    }

    /// @dev The user's refund does not depend on the provider's payout address.
    function _settleDirect(SessionId sessionId, address user, address provider, Settlement memory settlement) private {
        address payout = Providers.payoutOf(provider);
        if (!Credits.payDirect(provider, payout, settlement.creditedMor)) {
            emit ISessions.DirectPaymentKept(sessionId, provider, settlement.creditedMor);
        }
        Treasury.push(TreasuryBucket.Escrow, user, settlement.returnedMor);
    }

    function _emitClosed(
        SessionId sessionId,
        address user,
        address provider,
        Verdict verdict,
        Settlement memory settlement,
        SessionReceipt calldata receipt,
        bool hasReceipt
    ) private {
        emit ISessions.SessionClosed(user, SessionId.unwrap(sessionId), provider);
        emit ISessions.SessionSettled(
            sessionId,
            msg.sender,
            verdict,
            settlement.usedSeconds,
            settlement.creditedMor,
            settlement.returnedMor,
            settlement.backToPoolMor,
            hasReceipt ? receipt.inputTokens : 0,
            hasReceipt ? receipt.outputTokens : 0
        );
    }

    // --- Inside: common

    function _flagOf(Verdict verdict) private pure returns (uint8) {
        if (verdict == Verdict.Pass) return SessionFlags.PASSED;
        return verdict == Verdict.Fail ? SessionFlags.FAILED : 0;
    }
}
