// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IDayBooks} from "../interfaces/IDayBooks.sol";
import {DayBookStorage} from "../storage/DayBookStorage.sol";
import {DayBook, ProviderProof} from "../types/DayBook.sol";
import {IncentiveMath} from "./math/IncentiveMath.sol";
import {SumTree} from "./math/SumTree.sol";
import {BookHashes} from "./BookHashes.sol";
import {DayBooks} from "./DayBooks.sol";
import {Pool} from "./Pool.sol";
import {Providers} from "./Providers.sol";

/// @title What the market owes to providers for answers.
library RequestCredits {
    uint24 private constant BITS_PER_WORD = 256;

    // --- Claiming

    /// @dev Credits a leaf of a final book and pays what the guard lets out.
    function claim(address router, uint24 day, ProviderProof calldata proof) internal returns (uint128 paidMor) {
        DayBook storage book = DayBooks.requireFinal(router, day);
        address provider = proof.leaf.provider;
        if (!_mark(router, day, provider)) revert IDayBooks.AlreadyClaimed(router, day, provider);
        return _claim(router, day, book, BookHashes.contextOf(router, day), proof);
    }

    /// @dev Credits many leaves of a final book; what was paid is passed over.
    function claimMany(address router, uint24 day, ProviderProof[] calldata proofs) internal returns (uint128 paidMor) {
        DayBook storage book = DayBooks.requireFinal(router, day);
        bytes32 context = BookHashes.contextOf(router, day);
        for (uint256 i = 0; i < proofs.length; ++i) {
            ProviderProof calldata proof = proofs[i];
            if (_mark(router, day, proof.leaf.provider)) paidMor += _claim(router, day, book, context, proof);
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
        (uint24 word, uint256 bit) = _placeOf(day);
        return DayBookStorage.load().claimed[router][provider][word] & bit != 0;
    }

    function owedTo(address provider) internal view returns (uint96 owedMor) {
        (owedMor, ) = Providers.requestOwedTo(provider);
    }

    /// @dev Root and sum that the proof of a provider's leaf leads to in a tree of this depth.
    function foldLeaf(
        bytes32 context,
        uint8 depth,
        ProviderProof calldata proof
    ) internal pure returns (bytes32 root, uint256 sumMor, uint256 leftMor) {
        uint256 length = proof.siblings.length;
        if (length != depth) revert IDayBooks.ProofLengthInvalid(length, depth);
        if (proof.index >> length != 0) {
            revert ICommonErrors.ValueOutOfRange("index", proof.index, 0, (1 << length) - 1);
        }
        return SumTree.fold(BookHashes.leafOf(context, proof.leaf), proof.leaf.dayMor, proof.index, proof.siblings);
    }

    // --- Inside

    /// @dev Books that the leaf is paid; false if it was.
    function _mark(address router, uint24 day, address provider) private returns (bool isNew) {
        mapping(uint24 word => uint256 bits) storage words = DayBookStorage.load().claimed[router][provider];
        (uint24 word, uint256 bit) = _placeOf(day);
        uint256 bits = words[word];
        if (bits & bit != 0) return false;
        words[word] = bits | bit;
        return true;
    }

    function _claim(
        address router,
        uint24 day,
        DayBook storage book,
        bytes32 context,
        ProviderProof calldata proof
    ) private returns (uint128 paidMor) {
        (bytes32 root, uint256 sumMor, ) = foldLeaf(context, book.depth, proof);
        if (root != book.root || sumMor != book.totalMor) revert IDayBooks.ProofInvalid(root, sumMor);
        address provider = proof.leaf.provider;
        (uint96 creditedMor, uint96 incentiveMor) = _credit(book, proof);
        uint96 leftMor;
        (paidMor, leftMor) = _pay(provider, creditedMor + incentiveMor, type(uint128).max);
        emit IDayBooks.RequestCreditsClaimed(router, day, provider, creditedMor, incentiveMor, paidMor, leftMor);
    }

    /// @dev Books the leaf and its incentive; a book never credits more than its sum.
    function _credit(
        DayBook storage book,
        ProviderProof calldata proof
    ) private returns (uint96 creditedMor, uint96 incentiveMor) {
        uint128 dayMor = proof.leaf.dayMor;
        if (dayMor == 0) revert ICommonErrors.ZeroValue("dayMor");
        (uint96 totalMor, uint96 claimedMor) = (book.totalMor, book.claimedMor);
        uint96 leftMor = totalMor - claimedMor;
        creditedMor = dayMor < leftMor ? uint96(dayMor) : leftMor;
        book.claimedMor = claimedMor + creditedMor;
        if (proof.index >= book.places) return (creditedMor, 0);
        incentiveMor = uint96(IncentiveMath.incentiveDown(book.potMor, creditedMor, totalMor));
        Pool.reserve(incentiveMor);
    }

    function _pay(address provider, uint96 addedMor, uint128 maxMor) private returns (uint128 paidMor, uint96 leftMor) {
        (uint96 beforeMor, address payout) = Providers.requestOwedTo(provider);
        uint96 owedMor = beforeMor + addedMor;
        paidMor = Pool.draw(payout, owedMor < maxMor ? owedMor : maxMor);
        leftMor = owedMor - uint96(paidMor);
        if (leftMor != beforeMor) Providers.setRequestOwed(provider, leftMor);
    }

    /// @dev Where the bit of a day lies.
    function _placeOf(uint24 day) private pure returns (uint24 word, uint256 bit) {
        return (day / BITS_PER_WORD, 1 << (day % BITS_PER_WORD));
    }
}
