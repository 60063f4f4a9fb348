// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {StatisticsStorage} from "../storage/StatisticsStorage.sol";
import {ModelId} from "../types/Ids.sol";
import {SessionReceipt, Verdict} from "../types/Session.sol";
import {Statistics} from "../types/Statistics.sol";
import {StatisticsMath} from "./math/StatisticsMath.sol";

/// @title How sessions of a provider with a model went. Saturates, never reverts.
library Stats {
    using StatisticsMath for uint32;
    using StatisticsMath for uint64;
    using StatisticsMath for uint128;

    /// @dev Counts a closed session; a Fail weighs what the session earned.
    function countSession(ModelId modelId, address provider, Verdict verdict, uint128 earnedMor) internal {
        Statistics storage stored = StatisticsStorage.load().statistics[modelId][provider];
        stored.sessions = stored.sessions.add32(1);
        if (verdict == Verdict.Pass) stored.passes = stored.passes.add32(1);
        if (verdict == Verdict.Fail) {
            stored.fails = stored.fails.add32(1);
            stored.failedMor = stored.failedMor.add128(earnedMor);
        }
        stored.earnedMor = stored.earnedMor.add128(earnedMor);
    }

    /// @dev Counts a receipt of the provider.
    function countReceipt(ModelId modelId, address provider, SessionReceipt calldata receipt) internal {
        Statistics storage stored = StatisticsStorage.load().statistics[modelId][provider];
        uint32 receipts = stored.receipts;
        stored.receipts = receipts.add32(1);
        stored.tokens = stored.tokens.add64(uint256(receipt.inputTokens) + receipt.outputTokens);
        stored.tokensPerSecondMilli = stored.tokensPerSecondMilli.averageDown(receipts, receipt.tokensPerSecondMilli);
        stored.ttftMs = stored.ttftMs.averageDown(receipts, receipt.ttftMs);
    }

    function get(ModelId modelId, address provider) internal view returns (Statistics memory) {
        return StatisticsStorage.load().statistics[modelId][provider];
    }
}
