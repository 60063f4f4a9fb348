// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {BidId, ModelId, SessionId} from "../types/Ids.sol";
import {Payment, SessionApproval, SessionQuote, SessionReceipt, SessionView} from "../types/Session.sol";
import {Statistics} from "../types/Statistics.sol";

/// @title Sessions: quotes, pages, statistics, digests.
interface ISessionReads {
    /// @notice What `openSession` would do now with enough stake allowed.
    function quoteSession(
        address user,
        BidId bidId,
        uint32 durationSeconds,
        Payment payment
    ) external view returns (SessionQuote memory);

    /// @notice A session; reverts if there is none.
    function getSession(SessionId sessionId) external view returns (SessionView memory);

    /// @notice Page of sessions of a user, oldest first, and their number.
    function getUserSessions(
        address user,
        uint256 offset,
        uint256 limit
    ) external view returns (SessionId[] memory, uint256);

    /// @notice Page of sessions of a provider, oldest first, and their number.
    function getProviderSessions(
        address provider,
        uint256 offset,
        uint256 limit
    ) external view returns (SessionId[] memory, uint256);

    /// @notice Page of sessions of a model, oldest first, and their number.
    function getModelSessions(
        ModelId modelId,
        uint256 offset,
        uint256 limit
    ) external view returns (SessionId[] memory, uint256);

    /// @notice Page of sessions of a user with all their data, oldest first, and their number.
    function getUserSessionViews(
        address user,
        uint256 offset,
        uint256 limit
    ) external view returns (SessionView[] memory, uint256);

    /// @notice True if an approval with this nonce was used.
    function isApprovalUsed(address provider, uint256 nonce) external view returns (bool);

    /// @notice How sessions of a provider with a model went.
    function getStatistics(ModelId modelId, address provider) external view returns (Statistics memory);

    /// @notice EIP-712 digest of an approval.
    function hashSessionApproval(SessionApproval calldata approval) external view returns (bytes32);

    /// @notice EIP-712 digest of a receipt.
    function hashSessionReceipt(SessionReceipt calldata receipt) external view returns (bytes32);
}
