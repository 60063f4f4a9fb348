// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IDayBooks} from "../interfaces/IDayBooks.sol";
import {DayBookStorage} from "../storage/DayBookStorage.sol";
import {BookStatus, DayBook, ProviderLeaf, ProviderProof} from "../types/DayBook.sol";
import {IncentiveMath} from "./math/IncentiveMath.sol";
import {SumTree} from "./math/SumTree.sol";
import {BookHashes} from "./BookHashes.sol";
import {DayBooks} from "./DayBooks.sol";
import {Pool} from "./Pool.sol";
import {Providers} from "./Providers.sol";
import {Routers} from "./Routers.sol";

/// @title What the market owes to providers for answers.
library RequestCredits {
    uint24 private constant BITS_PER_WORD = 256;

    // --- Claiming

    /// @dev Credits a leaf of a final book and pays what the guard lets out.
    function claim(address router, uint24 day, ProviderProof calldata proof) internal returns (uint128 paidMor) {
        address provider = proof.leaf.provider;
        if (isClaimed(router, day, provider)) revert IDayBooks.AlreadyClaimed(router, day, provider);
        DayBook memory book = _requireFinal(router, day);
        return _claim(router, day, book, BookHashes.contextOf(router, day), proof);
    }

    /// @dev Credits many leaves of a final book; what was paid is passed over.
    function claimMany(address router, uint24 day, ProviderProof[] calldata proofs) internal returns (uint128 paidMor) {
        DayBook memory book = _requireFinal(router, day);
        bytes32 context = BookHashes.contextOf(router, day);
        for (uint256 i = 0; i < proofs.length; ++i) {
            ProviderProof calldata proof = proofs[i];
            if (isClaimed(router, day, proof.leaf.provider)) continue;
            paidMor += _claim(router, day, book, context, proof);
        }
    }

    /// @dev Pays what the guard refused before.
    function collect(address provider, uint128 maxMor) internal returns (uint128 paidMor) {
        if (owedTo(provider) == 0) revert IDayBooks.NothingOwed(provider);
        uint96 leftMor;
        (paidMor, leftMor) = _pay(provider, 0, maxMor);
        emit IDayBooks.RequestCreditsCollected(provider, paidMor, leftMor);
    }

    // --- Reads

    function isClaimed(address router, uint24 day, address provider) internal view returns (bool) {
        uint256 bits = DayBookStorage.load().claimed[router][provider][day / BITS_PER_WORD];
        return bits & (1 << (day % BITS_PER_WORD)) != 0;
    }

    function owedTo(address provider) internal view returns (uint96 owedMor) {
        (owedMor, ) = Providers.requestOwedTo(provider);
    }

    /// @dev Root and sum that the proof of a provider's leaf leads to.
    function foldLeaf(
        bytes32 context,
        DayBook memory book,
        ProviderProof calldata proof
    ) internal pure returns (bytes32 root, uint256 sumMor, uint256 leftMor) {
        uint256 length = proof.siblings.length;
        if (length != book.depth) revert IDayBooks.ProofLengthInvalid(length, book.depth);
        if (proof.index >> length != 0) {
            revert ICommonErrors.ValueOutOfRange("index", proof.index, 0, (1 << length) - 1);
        }
        return SumTree.fold(BookHashes.leafOf(context, proof.leaf), proof.leaf.dayMor, proof.index, proof.siblings);
    }

    // --- Inside

    function _claim(
        address router,
        uint24 day,
        DayBook memory book,
        bytes32 context,
        ProviderProof calldata proof
    ) private returns (uint128 paidMor) {
        (bytes32 root, uint256 sumMor, ) = foldLeaf(context, book, proof);
        if (root != book.root || sumMor != book.totalMor) revert IDayBooks.ProofInvalid(root, sumMor);
        address provider = proof.leaf.provider;
        DayBookStorage.load().claimed[router][provider][day / BITS_PER_WORD] |= 1 << (day % BITS_PER_WORD);
        (uint96 creditedMor, uint96 incentiveMor) = _credit(router, day, book, proof);
        uint96 leftMor;
        (paidMor, leftMor) = _pay(provider, creditedMor + incentiveMor, type(uint128).max);
        emit IDayBooks.RequestCreditsClaimed(router, day, provider, creditedMor, incentiveMor, paidMor, leftMor);
    }

    /// @dev Books the leaf and its incentive, in storage and in `book`; a book never credits more than its sum.
    function _credit(
        address router,
        uint24 day,
        DayBook memory book,
        ProviderProof calldata proof
    ) private returns (uint96 creditedMor, uint96 incentiveMor) {
        uint128 dayMor = proof.leaf.dayMor;
        if (dayMor == 0) revert ICommonErrors.ZeroValue("dayMor");
        uint96 leftMor = book.totalMor - book.claimedMor;
        creditedMor = dayMor < leftMor ? uint96(dayMor) : leftMor;
        book.claimedMor += creditedMor;
        DayBook storage stored = DayBookStorage.load().books[router][day];
        stored.claimedMor = book.claimedMor;
        if (!book.isFinal) (stored.isFinal, book.isFinal) = (true, true);
        if (proof.index >= book.places) return (creditedMor, 0);
        incentiveMor = uint96(IncentiveMath.incentiveDown(book.potMor, creditedMor, book.totalMor));
        Pool.reserve(incentiveMor);
    }

    function _pay(address provider, uint96 addedMor, uint128 maxMor) private returns (uint128 paidMor, uint96 leftMor) {
        (uint96 beforeMor, address payout) = Providers.requestOwedTo(provider);
        uint96 owedMor = beforeMor + addedMor;
        paidMor = Pool.draw(payout, owedMor < maxMor ? owedMor : maxMor);
        leftMor = owedMor - uint96(paidMor);
        if (leftMor != beforeMor) Providers.setRequestOwed(provider, leftMor);
    }

    function _requireFinal(address router, uint24 day) private view returns (DayBook memory book) {
        book = DayBooks.get(router, day);
        if (book.isFinal) return book;
        BookStatus status = DayBooks.statusOf(router, day);
        if (status == BookStatus.Final) return book;
        if (status == BookStatus.None) revert IDayBooks.DayBookNotFound(router, day);
        if (status == BookStatus.Fallen) revert IDayBooks.DayBookIsFallen(router, day);
        uint256 finalClock = book.sealedClock == 0 ? 0 : book.sealedClock + DayBooks.FINALITY_SECONDS;
        revert IDayBooks.DayBookNotFinal(router, day, Routers.clockOf(router), finalClock);
    }
}
