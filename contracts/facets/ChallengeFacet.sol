// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IChallenges} from "../interfaces/IChallenges.sol";
import {Challenges} from "../libraries/Challenges.sol";
import {AnswerProof, Demand, Fault} from "../types/Answer.sol";
import {ProviderProof} from "../types/DayBook.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Challenges and demands.
contract ChallengeFacet is IChallenges, FacetBase {
    // --- Challenges

    /// @inheritdoc IChallenges
    function challengeAnswer(
        address router,
        uint24 day,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) external nonReentrant returns (Fault fault) {
        return Challenges.challengeAnswer(router, day, provider, answer);
    }

    /// @inheritdoc IChallenges
    function challengeAnswers(
        address router,
        uint24 day,
        ProviderProof calldata firstProvider,
        AnswerProof calldata first,
        ProviderProof calldata secondProvider,
        AnswerProof calldata second
    ) external nonReentrant returns (Fault fault) {
        return Challenges.challengeAnswers(router, day, firstProvider, first, secondProvider, second);
    }

    /// @inheritdoc IChallenges
    function challengeOrder(
        address router,
        uint24 day,
        ProviderProof calldata left,
        ProviderProof calldata right
    ) external nonReentrant returns (Fault fault) {
        return Challenges.challengeOrder(router, day, left, right);
    }

    /// @inheritdoc IChallenges
    function challengeLeaf(
        address router,
        uint24 day,
        ProviderProof calldata provider
    ) external nonReentrant returns (Fault fault) {
        return Challenges.challengeLeaf(router, day, provider);
    }

    // --- Demands

    /// @inheritdoc IChallenges
    function demandAnswer(address router, uint24 day, uint128 positionMor) external nonReentrant {
        Challenges.demand(msg.sender, router, day, positionMor);
    }

    /// @inheritdoc IChallenges
    function showAnswer(
        address router,
        uint24 day,
        uint128 positionMor,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) external nonReentrant {
        Challenges.show(router, day, positionMor, provider, answer);
    }

    /// @inheritdoc IChallenges
    function endDemand(address router, uint24 day, uint128 positionMor) external nonReentrant {
        Challenges.end(router, day, positionMor);
    }

    // --- Owner

    /// @inheritdoc IChallenges
    function setChallengeParameters(uint128 newRewardMor, uint128 newDepositMor) external onlyOwner {
        Challenges.setParameters(newRewardMor, newDepositMor);
    }

    // --- Reading

    /// @inheritdoc IChallenges
    function getDemand(
        address router,
        uint24 day,
        uint128 positionMor
    ) external view nonReentrantView returns (Demand memory) {
        return Challenges.get(router, day, positionMor);
    }

    /// @inheritdoc IChallenges
    function getChallengeParameters() external view nonReentrantView returns (uint128 rewardMor, uint128 depositMor) {
        return Challenges.parameters();
    }

    /// @inheritdoc IChallenges
    function findFault(
        address router,
        uint24 day,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) external view nonReentrantView returns (Fault fault) {
        return Challenges.findFault(router, day, provider, answer);
    }
}
