// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessions} from "../interfaces/ISessions.sol";
import {SessionStorage} from "../storage/SessionStorage.sol";
import {Bid, Unit} from "../types/Bid.sol";
import {Day} from "../types/Day.sol";
import {BidId, ModelId, SessionId} from "../types/Ids.sol";
import {PackedList} from "../types/PackedList.sol";
import {Payment, Session, SessionQuote, SessionView, Verdict} from "../types/Session.sol";
import {Purpose, StakeView} from "../types/Stake.sol";
import {DayMath} from "./math/DayMath.sol";
import {SessionMath} from "./math/SessionMath.sol";
import {Bids} from "./Bids.sol";
import {PackedLists} from "./PackedLists.sol";
import {Pool} from "./Pool.sol";
import {SessionFlags} from "./SessionFlags.sol";
import {SessionMessages} from "./SessionMessages.sol";
import {SessionRecords} from "./SessionRecords.sol";
import {Stakes} from "./Stakes.sol";

/// @title Quotes and pages of sessions.
library SessionReads {
    using PackedLists for PackedList;
    using SessionFlags for uint8;

    /// @dev What `open` would do now with enough stake allowed.
    function quote(
        address user,
        BidId bidId,
        uint32 durationSeconds,
        Payment payment
    ) internal view returns (SessionQuote memory result) {
        Bid storage bid = Bids.get(bidId);
        if (bid.unit != Unit.Second || !Bids.isActive(bid)) revert ISessions.BidNotActive(bidId);
        SessionMessages.requireDuration(durationSeconds, SessionMath.MAX_SECONDS);
        result.costMor = SessionRecords.cost(bid.priceMor, durationSeconds);
        result.withdrawableAt = DayMath.withdrawableAt(block.timestamp);
        Day memory day = Pool.simulateToday();
        StakeView memory account = Stakes.viewOf(user, Purpose.Session, day);
        result.activeStakeMor = account.activeMor;
        result.remainingMor = account.remainingMor;
        if (payment == Payment.Pool) result.missingStakeMor = Stakes.missingFor(user, day, result.costMor);
    }

    function viewOf(SessionId sessionId) internal view returns (SessionView memory) {
        Session memory session = SessionRecords.get(sessionId);
        Bid storage bid = Bids.get(session.bidId);
        uint8 flags = session.flags;
        return
            SessionView({
                sessionId: sessionId,
                user: session.user,
                provider: bid.provider,
                bidId: session.bidId,
                modelId: bid.modelId,
                pricePerSecondMor: bid.priceMor,
                openedAt: session.openedAt,
                endsAt: session.openedAt + session.durationSeconds,
                usedSeconds: session.usedSeconds,
                payment: flags.has(SessionFlags.DIRECT) ? Payment.Direct : Payment.Pool,
                isDisputable: flags.has(SessionFlags.DISPUTABLE),
                isClosed: flags.has(SessionFlags.CLOSED),
                verdict: _verdictOf(flags)
            });
    }

    function pageOfUser(
        address user,
        uint256 offset,
        uint256 limit
    ) internal view returns (SessionId[] memory, uint256) {
        return _page(SessionStorage.load().userSessions[user], offset, limit);
    }

    function pageOfProvider(
        address provider,
        uint256 offset,
        uint256 limit
    ) internal view returns (SessionId[] memory, uint256) {
        return _page(SessionStorage.load().providerSessions[provider], offset, limit);
    }

    function pageOfModel(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) internal view returns (SessionId[] memory, uint256) {
        return _page(SessionStorage.load().modelSessions[modelId], offset, limit);
    }

    function _page(
        PackedList storage list,
        uint256 offset,
        uint256 limit
    ) private view returns (SessionId[] memory page, uint256 total) {
        uint32[] memory indices;
        (indices, total) = list.page(offset, limit);
        page = new SessionId[](indices.length);
        for (uint256 i = 0; i < page.length; ++i) {
            page[i] = SessionRecords.idOf(indices[i]);
        }
    }

    function _verdictOf(uint8 flags) private pure returns (Verdict) {
        if (flags.has(SessionFlags.PASSED)) return Verdict.Pass;
        return flags.has(SessionFlags.FAILED) ? Verdict.Fail : Verdict.None;
    }
}
