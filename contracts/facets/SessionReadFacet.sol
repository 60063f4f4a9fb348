// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessionReads} from "../interfaces/ISessionReads.sol";
import {SessionMessages} from "../libraries/SessionMessages.sol";
import {SessionReads} from "../libraries/SessionReads.sol";
import {Stats} from "../libraries/Stats.sol";
import {BidId, ModelId, SessionId} from "../types/Ids.sol";
import {Payment, SessionApproval, SessionQuote, SessionReceipt, SessionView} from "../types/Session.sol";
import {Statistics} from "../types/Statistics.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Sessions: quotes, pages, statistics, digests.
contract SessionReadFacet is ISessionReads, FacetBase {
    /// @inheritdoc ISessionReads
    function quoteSession(
        address user,
        BidId bidId,
        uint32 durationSeconds,
        Payment payment
    ) external view nonReentrantView returns (SessionQuote memory) {
        return SessionReads.quote(user, bidId, durationSeconds, payment);
    }

    /// @inheritdoc ISessionReads
    function getSession(SessionId sessionId) external view nonReentrantView returns (SessionView memory) {
        return SessionReads.viewOf(sessionId);
    }

    /// @inheritdoc ISessionReads
    function getUserSessions(
        address user,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (SessionId[] memory, uint256) {
        return SessionReads.pageOfUser(user, offset, limit);
    }

    /// @inheritdoc ISessionReads
    function getProviderSessions(
        address provider,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (SessionId[] memory, uint256) {
        return SessionReads.pageOfProvider(provider, offset, limit);
    }

    /// @inheritdoc ISessionReads
    function getModelSessions(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (SessionId[] memory, uint256) {
        return SessionReads.pageOfModel(modelId, offset, limit);
    }

    /// @inheritdoc ISessionReads
    function getUserSessionViews(
        address user,
        uint256 offset,
        uint256 limit
    ) external view nonReentrantView returns (SessionView[] memory views, uint256 total) {
        SessionId[] memory page;
        (page, total) = SessionReads.pageOfUser(user, offset, limit);
        views = new SessionView[](page.length);
        for (uint256 i = 0; i < page.length; ++i) {
            views[i] = SessionReads.viewOf(page[i]);
        }
    }

    /// @inheritdoc ISessionReads
    function isApprovalUsed(address provider, uint256 nonce) external view returns (bool) {
        return SessionMessages.isUsed(provider, nonce);
    }

    /// @inheritdoc ISessionReads
    function getStatistics(
        ModelId modelId,
        address provider
    ) external view nonReentrantView returns (Statistics memory) {
        return Stats.get(modelId, provider);
    }

    /// @inheritdoc ISessionReads
    function hashSessionApproval(SessionApproval calldata approval) external view returns (bytes32) {
        return SessionMessages.hash(approval);
    }

    /// @inheritdoc ISessionReads
    function hashSessionReceipt(SessionReceipt calldata receipt) external view returns (bytes32) {
        return SessionMessages.hash(receipt);
    }
}
