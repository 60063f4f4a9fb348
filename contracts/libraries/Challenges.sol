// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IChallenges} from "../interfaces/IChallenges.sol";
import {IDayBooks} from "../interfaces/IDayBooks.sol";
import {DemandStorage} from "../storage/DemandStorage.sol";
import {AnswerProof, Demand, Fault} from "../types/Answer.sol";
import {BookStatus, DayBook, ProviderProof} from "../types/DayBook.sol";
import {RouterState} from "../types/Router.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";
import {SumTree} from "./math/SumTree.sol";
import {BookFaults} from "./BookFaults.sol";
import {BookHashes} from "./BookHashes.sol";
import {DayBooks} from "./DayBooks.sol";
import {RequestCredits} from "./RequestCredits.sol";
import {Routers} from "./Routers.sol";
import {Treasury} from "./Treasury.sol";

/// @title Challenges and demands: what is false falls, and so does what is withheld.
library Challenges {
    /// @dev Time for demands after sealing, and for the answer to one, by the router's clock [s] (12 h). So at least
    /// 12 h of the 36 remain to challenge what was shown.
    uint40 internal constant DEMAND_SECONDS = 43_200;

    /// @dev An answer whose path was checked.
    struct Place {
        /// @dev Hash of its leaf.
        bytes32 leafHash;
        /// @dev Digests of its messages.
        BookHashes.Digests digests;
        /// @dev MOR of all answers before it [MOR-wei].
        uint256 fromMor;
        /// @dev SumsDoNotAddUp or None.
        Fault fault;
    }

    // --- Challenges

    function challengeAnswer(
        address router,
        uint24 day,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) internal returns (Fault fault) {
        fault = findFault(router, day, provider, answer);
        _prove(router, day, fault);
    }

    function challengeAnswers(
        address router,
        uint24 day,
        ProviderProof calldata firstProvider,
        AnswerProof calldata first,
        ProviderProof calldata secondProvider,
        AnswerProof calldata second
    ) internal returns (Fault fault) {
        DayBook memory book = DayBooks.requireSealed(router, day);
        Place memory one = _place(router, day, book, firstProvider, first);
        Place memory two = _place(router, day, book, secondProvider, second);
        fault = one.fault != Fault.None ? one.fault : two.fault;
        if (fault == Fault.None) {
            if (first.answer.amountMor == 0 || second.answer.amountMor == 0) fault = Fault.AmountIsZero;
            else if (one.fromMor == two.fromMor) revert IChallenges.SamePlace(one.fromMor);
        }
        if (fault == Fault.None) {
            fault = BookFaults.ofPair(first.answer, second.answer, one.digests.rfcId, two.digests.rfcId);
        }
        _prove(router, day, fault);
    }

    function challengeOrder(
        address router,
        uint24 day,
        ProviderProof calldata left,
        ProviderProof calldata right
    ) internal returns (Fault fault) {
        DayBook memory book = DayBooks.requireSealed(router, day);
        if (left.index >= right.index) revert IChallenges.LeavesNotOrdered(left.index, right.index);
        fault = _leafFault(router, day, book, left);
        if (fault == Fault.None) fault = _leafFault(router, day, book, right);
        if (fault == Fault.None) fault = BookFaults.ofOrder(left.leaf, right.leaf);
        _prove(router, day, fault);
    }

    function challengeLeaf(address router, uint24 day, ProviderProof calldata provider) internal returns (Fault fault) {
        fault = _leafFault(router, day, DayBooks.requireSealed(router, day), provider);
        _prove(router, day, fault);
    }

    // --- Demands

    function demand(address demander, address router, uint24 day, uint128 positionMor) internal {
        DayBook memory book = DayBooks.requireSealed(router, day);
        uint40 clock = Routers.clockOf(router);
        uint40 latestClock = book.sealedClock + DEMAND_SECONDS;
        if (clock > latestClock) revert IChallenges.DemandTooLate(clock, latestClock);
        if (positionMor >= book.totalMor) revert IChallenges.PositionOutOfRange(positionMor, book.totalMor);
        DemandStorage.Layout storage $ = DemandStorage.load();
        Demand storage stored = $.demands[router][day][positionMor];
        if (stored.demander != address(0)) revert IChallenges.DemandOpen(router, day, positionMor);

        uint128 depositMor = $.depositMor;
        uint40 dueClock = clock + DEMAND_SECONDS;
        (stored.demander, stored.dueClock, stored.depositMor) = (demander, dueClock, depositMor);
        DayBooks.addDemand(router, day);
        emit IChallenges.AnswerDemanded(router, day, positionMor, demander, depositMor, dueClock);
        Treasury.pull(TreasuryBucket.RouterBonds, demander, depositMor);
    }

    function show(
        address router,
        uint24 day,
        uint128 positionMor,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) internal {
        DayBook memory book = DayBooks.requireSealed(router, day);
        Demand memory open = _demand(router, day, positionMor);
        uint40 clock = Routers.clockOf(router);
        if (clock > open.dueClock) revert IChallenges.AnswerTooLate(clock, open.dueClock);
        Place memory place = _place(router, day, book, provider, answer);
        // Sums that do not add up are no answer.
        if (place.fault != Fault.None) revert IDayBooks.ProofInvalid(book.root, place.fromMor);
        uint256 toMor = place.fromMor + answer.answer.amountMor;
        if (positionMor < place.fromMor || positionMor >= toMor) {
            revert IChallenges.PositionNotInside(positionMor, place.fromMor, toMor);
        }

        delete DemandStorage.load().demands[router][day][positionMor];
        DayBooks.removeDemand(router, day);
        emit IChallenges.AnswerShown(router, day, positionMor, place.leafHash);
        Treasury.push(TreasuryBucket.RouterBonds, router, open.depositMor);
    }

    function end(address router, uint24 day, uint128 positionMor) internal {
        Demand memory open = _demand(router, day, positionMor);
        bool isFallen = DayBooks.statusOf(router, day) == BookStatus.Fallen;
        uint40 clock = Routers.clockOf(router);
        bool isDue = clock > open.dueClock;
        if (!isFallen && !isDue && Routers.stateOf(router) != RouterState.Cancelled) {
            revert IChallenges.DemandNotDue(clock, open.dueClock);
        }

        delete DemandStorage.load().demands[router][day][positionMor];
        emit IChallenges.DemandReturned(router, day, positionMor, open.demander);
        // Without this demand the book of a router that was cancelled late would be final.
        uint128 rewardMor = isDue && !isFallen ? _fall(router, day, Fault.Withheld, open.demander) : 0;
        DayBooks.removeDemand(router, day);
        Treasury.push(TreasuryBucket.RouterBonds, open.demander, open.depositMor + rewardMor);
    }

    function setParameters(uint128 newRewardMor, uint128 newDepositMor) internal {
        DemandStorage.Layout storage $ = DemandStorage.load();
        if (newDepositMor == 0) revert ICommonErrors.ZeroValue("depositMor");
        emit IChallenges.ChallengeParametersChanged($.rewardMor, newRewardMor, $.depositMor, newDepositMor);
        ($.rewardMor, $.depositMor) = (newRewardMor, newDepositMor);
    }

    // --- Reads

    function get(address router, uint24 day, uint128 positionMor) internal view returns (Demand memory) {
        return DemandStorage.load().demands[router][day][positionMor];
    }

    function parameters() internal view returns (uint128 rewardMor, uint128 depositMor) {
        return (DemandStorage.load().rewardMor, DemandStorage.load().depositMor);
    }

    /// @dev The fault of an answer in a sealed book; None if the chain sees none.
    function findFault(
        address router,
        uint24 day,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) internal view returns (Fault) {
        Place memory place = _place(router, day, DayBooks.requireSealed(router, day), provider, answer);
        if (place.fault != Fault.None) return place.fault;
        return BookFaults.ofAnswer(router, day, provider.leaf.provider, answer.answer, place.digests);
    }

    // --- Inside

    /// @dev Checks both paths of an answer; reverts if it does not stand in the book.
    function _place(
        address router,
        uint24 day,
        DayBook memory book,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) private view returns (Place memory place) {
        bytes32 context = BookHashes.contextOf(router, day);
        (bytes32 root, uint256 sumMor, uint256 leftMor) = RequestCredits.foldLeaf(context, book.depth, provider);
        if (root != book.root) revert IDayBooks.ProofInvalid(root, sumMor);
        if (sumMor != book.totalMor) place.fault = Fault.SumsDoNotAddUp;

        uint256 length = answer.siblings.length;
        if (length > SumTree.MAX_DEPTH) revert IDayBooks.ProofLengthInvalid(length, SumTree.MAX_DEPTH);
        if (answer.index >> length != 0) {
            revert ICommonErrors.ValueOutOfRange("index", answer.index, 0, (1 << length) - 1);
        }
        place.digests = BookHashes.digestsOf(answer.answer);
        place.leafHash = BookHashes.leafOf(context, answer.answer, place.digests);
        uint256 beforeMor;
        (root, sumMor, beforeMor) = SumTree.fold(
            place.leafHash,
            answer.answer.amountMor,
            answer.index,
            answer.siblings
        );
        if (root != provider.leaf.receiptsRoot) revert IDayBooks.ProofInvalid(root, sumMor);
        if (sumMor != provider.leaf.dayMor) place.fault = Fault.SumsDoNotAddUp;
        place.fromMor = leftMor + beforeMor;
    }

    function _leafFault(
        address router,
        uint24 day,
        DayBook memory book,
        ProviderProof calldata provider
    ) private view returns (Fault) {
        bytes32 context = BookHashes.contextOf(router, day);
        (bytes32 root, uint256 sumMor, ) = RequestCredits.foldLeaf(context, book.depth, provider);
        if (root != book.root) revert IDayBooks.ProofInvalid(root, sumMor);
        if (sumMor != book.totalMor) return Fault.SumsDoNotAddUp;
        return provider.leaf.dayMor == 0 ? Fault.AmountIsZero : Fault.None;
    }

    function _demand(address router, uint24 day, uint128 positionMor) private view returns (Demand memory open) {
        open = get(router, day, positionMor);
        if (open.demander == address(0)) revert IChallenges.DemandNotFound(router, day, positionMor);
    }

    function _prove(address router, uint24 day, Fault fault) private {
        if (fault == Fault.None) revert IChallenges.NoFault(router, day);
        uint128 rewardMor = _fall(router, day, fault, msg.sender);
        Treasury.push(TreasuryBucket.RouterBonds, msg.sender, rewardMor);
    }

    function _fall(address router, uint24 day, Fault fault, address challenger) private returns (uint128 rewardMor) {
        DayBooks.fall(router, day);
        uint128 maxRewardMor = DemandStorage.load().rewardMor;
        rewardMor = Routers.punish(router, challenger, maxRewardMor, bytes32(uint256(uint8(fault))));
        emit IChallenges.FaultProven(router, day, fault, challenger, rewardMor);
    }
}
