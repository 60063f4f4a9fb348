// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IDayBooks} from "../interfaces/IDayBooks.sol";
import {DayBooks} from "../libraries/DayBooks.sol";
import {OP_COMMIT} from "../libraries/Pause.sol";
import {RequestCredits} from "../libraries/RequestCredits.sol";
import {Routers} from "../libraries/Routers.sol";
import {DayBookCommit, DayBookView, ProviderProof} from "../types/DayBook.sol";
import {RouterState} from "../types/Router.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Day books and their claims.
contract DayBookFacet is IDayBooks, FacetBase {
    using SafeCast for uint256;

    // --- Committing

    /// @inheritdoc IDayBooks
    function commitDay(DayBookCommit calldata commit) external nonReentrant whenNotPaused(OP_COMMIT) {
        DayBooks.commit(msg.sender, commit);
    }

    /// @inheritdoc IDayBooks
    function sealDay(address router, uint24 day) external nonReentrant {
        DayBooks.close(router, day);
    }

    /// @inheritdoc IDayBooks
    function dropDay(address router, uint24 day) external nonReentrant {
        if (Routers.stateOf(router) != RouterState.Cancelled) revert RouterNotCancelled(router);
        DayBooks.fall(router, day);
    }

    /// @inheritdoc IDayBooks
    function settleRouter(address router) external nonReentrant {
        DayBooks.settle(router);
    }

    // --- Claiming

    /// @inheritdoc IDayBooks
    function claimRequestCredits(
        address router,
        uint24 day,
        ProviderProof calldata proof
    ) external nonReentrant returns (uint128 paidMor) {
        return RequestCredits.claim(router, day, proof);
    }

    /// @inheritdoc IDayBooks
    function claimRequestCreditsBatch(
        address router,
        uint24 day,
        ProviderProof[] calldata proofs
    ) external nonReentrant returns (uint128 paidMor) {
        return RequestCredits.claimMany(router, day, proofs);
    }

    /// @inheritdoc IDayBooks
    function collectRequestCredits(address provider, uint128 maxMor) external nonReentrant returns (uint128 paidMor) {
        return RequestCredits.collect(provider, maxMor);
    }

    // --- Reading

    /// @inheritdoc IDayBooks
    function getDayBook(address router, uint24 day) external view nonReentrantView returns (DayBookView memory) {
        return DayBooks.viewOf(router, day);
    }

    /// @inheritdoc IDayBooks
    function getRequestCredits(address provider) external view nonReentrantView returns (uint128) {
        return RequestCredits.owedTo(provider);
    }

    /// @inheritdoc IDayBooks
    function isClaimed(address router, uint24 day, address provider) external view returns (bool) {
        return RequestCredits.isClaimed(router, day, provider);
    }

    /// @inheritdoc IDayBooks
    function requestCap(address router, uint24 day) external view nonReentrantView returns (uint128) {
        return DayBooks.capOf(router, day).toUint128();
    }
}
