// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IDayBooks} from "../interfaces/IDayBooks.sol";
import {DayBookStorage} from "../storage/DayBookStorage.sol";
import {Day} from "../types/Day.sol";
import {BookStatus, DayBook, DayBookCommit, DayBookView} from "../types/DayBook.sol";
import {Purpose} from "../types/Stake.sol";
import {AccessMath} from "./math/AccessMath.sol";
import {DayMath} from "./math/DayMath.sol";
import {IncentiveMath} from "./math/IncentiveMath.sol";
import {SumTree} from "./math/SumTree.sol";
import {DAY_SECONDS} from "./math/Units.sol";
import {Emission} from "./Emission.sol";
import {Pause} from "./Pause.sol";
import {Pool} from "./Pool.sol";
import {Routers} from "./Routers.sol";
import {Stakes} from "./Stakes.sol";

/// @title Day books: one record per router and day, whatever the number of answers.
/// @dev Open until the first commit of a later day or 24 h after the day; sealed; final 36 h of the router's clock
/// later unless it falls. What is committed is owed by the pool and covered by the bond until then.
library DayBooks {
    using SafeCast for uint256;

    /// @dev Time for commits after the end of the day [s] (24 h).
    uint256 internal constant COMMIT_SECONDS = 86_400;
    /// @dev From sealing to final, by the router's clock [s] (36 h).
    uint40 internal constant FINALITY_SECONDS = 129_600;

    // --- Committing

    function commit(address account, DayBookCommit calldata request) internal {
        Routers.requireAdmitted(account);
        uint24 day = request.day;
        _requireSound(request);
        DayBook storage book = DayBookStorage.load().books[account][day];
        if (day < Routers.openDayOf(account) || block.timestamp >= closesAt(day)) {
            revert IDayBooks.DayBookClosed(account, day);
        }
        if (book.updatedAt == 0) _open(account, day, book);
        uint256 capMor = _cap(day, book.shareBps, Pool.snapshotOf(day));
        if (request.totalMor > capMor) revert IDayBooks.RequestCapExceeded(request.totalMor, capMor);
        uint96 previousMor = book.totalMor;
        if (
            request.totalMor <= previousMor || request.answers < book.answers || request.totalTokens < book.totalTokens
        ) {
            revert IDayBooks.DayBookNotLarger(request.totalMor, previousMor);
        }

        Routers.cover(account, _exposed(request.totalMor, book.potMor) - _exposed(previousMor, book.potMor));
        Pool.reserve(request.totalMor - previousMor);
        book.root = request.root;
        book.totalMor = request.totalMor;
        book.totalTokens = request.totalTokens;
        book.answers = request.answers;
        book.updatedAt = uint40(block.timestamp);
        book.depth = request.depth;
        emit IDayBooks.DayCommitted(
            account,
            day,
            request.root,
            request.totalMor,
            request.totalTokens,
            request.answers,
            request.depth
        );
    }

    function close(address account, uint24 day) internal {
        DayBook storage book = _get(account, day);
        if (book.isFallen) revert IDayBooks.DayBookIsFallen(account, day);
        if (book.sealedClock != 0) revert IDayBooks.DayBookSealedAlready(account, day);
        uint256 closesAt_ = closesAt(day);
        if (block.timestamp < closesAt_) revert IDayBooks.DayBookOpen(account, day, closesAt_);
        _seal(account, day, book);
        Routers.setOpenDay(account, day + 1);
    }

    // --- Becoming final

    /// @dev A final book, for claims; the first of them stores that it is final, so that later ones need no clock.
    function requireFinal(address account, uint24 day) internal returns (DayBook storage book) {
        book = DayBookStorage.load().books[account][day];
        if (book.isFinal) return book;
        if (book.updatedAt == 0) revert IDayBooks.DayBookNotFound(account, day);
        if (book.isFallen) revert IDayBooks.DayBookIsFallen(account, day);
        if (!_isFinal(account, book)) {
            uint256 finalClock = book.sealedClock == 0 ? 0 : book.sealedClock + FINALITY_SECONDS;
            revert IDayBooks.DayBookNotFinal(account, day, Routers.clockOf(account), finalClock);
        }
        book.isFinal = true;
    }

    // --- Falling

    /// @dev Nothing of a book that is not final is paid any more.
    function fall(address account, uint24 day) internal {
        DayBook storage book = _get(account, day);
        if (book.isFallen) revert IDayBooks.DayBookIsFallen(account, day);
        if (_isFinal(account, book)) revert IDayBooks.DayBookIsFinal(account, day);
        book.isFallen = true;
        uint96 totalMor = book.totalMor;
        Routers.uncover(account, _exposed(totalMor, book.potMor));
        Pool.release(totalMor);
        emit IDayBooks.DayBookFell(account, day, totalMor);
    }

    /// @dev Counts books that are final or fell out of what the bond covers, in the order of their days.
    function settle(address account) internal {
        (uint24 openDay, uint24 day) = Routers.daysOf(account);
        if (day == 0) return;
        mapping(uint24 => DayBook) storage books = DayBookStorage.load().books[account];
        uint128 finalMor = 0;
        for (; day <= openDay; ++day) {
            DayBook storage book = books[day];
            if (book.updatedAt == 0 || book.isFallen) continue;
            if (!_isFinal(account, book)) break;
            finalMor += _exposed(book.totalMor, book.potMor);
        }
        Routers.setSettledDay(account, day);
        if (finalMor != 0) Routers.uncover(account, finalMor);
    }

    // --- Demands, for Challenges

    function addDemand(address account, uint24 day) internal {
        DayBook storage book = _get(account, day);
        // 24 bits: more demands than fit into 12 h of blocks, so that nobody can take all places.
        ++book.openDemands;
    }

    function removeDemand(address account, uint24 day) internal {
        --_get(account, day).openDemands;
    }

    // --- Reads

    function get(address account, uint24 day) internal view returns (DayBook memory) {
        return DayBookStorage.load().books[account][day];
    }

    function statusOf(address account, uint24 day) internal view returns (BookStatus) {
        DayBook storage book = DayBookStorage.load().books[account][day];
        if (book.updatedAt == 0) return BookStatus.None;
        if (book.isFallen) return BookStatus.Fallen;
        if (book.sealedClock == 0) return BookStatus.Open;
        return _isFinal(account, book) ? BookStatus.Final : BookStatus.Sealed;
    }

    /// @dev A sealed book that can still fall.
    function requireSealed(address account, uint24 day) internal view returns (DayBook memory book) {
        BookStatus status = statusOf(account, day);
        if (status == BookStatus.None) revert IDayBooks.DayBookNotFound(account, day);
        if (status == BookStatus.Open) revert IDayBooks.DayBookOpen(account, day, closesAt(day));
        if (status == BookStatus.Fallen) revert IDayBooks.DayBookIsFallen(account, day);
        if (status == BookStatus.Final) revert IDayBooks.DayBookIsFinal(account, day);
        return get(account, day);
    }

    /// @dev When a book of this day takes no more commits: 24 h after the day, or after a pause of commits that fell
    /// into them [s]. A pause that begins later opens nothing again.
    function closesAt(uint24 day) internal view returns (uint256) {
        uint256 endsAt = (uint256(day) + 1) * DAY_SECONDS;
        (uint256 from, uint256 until) = Pause.lastOfCommits();
        bool isDelayed = from < endsAt + COMMIT_SECONDS && until > endsAt;
        return (isDelayed ? until : endsAt) + COMMIT_SECONDS;
    }

    /// @dev The most that a router can credit on a day [MOR-wei].
    function capOf(address account, uint24 day) internal view returns (uint256) {
        Day memory snapshot = day == DayMath.today() ? Pool.simulateToday() : Pool.snapshotOf(day);
        return snapshot.openedAt == 0 ? 0 : _cap(day, Routers.shareOf(account, day), snapshot);
    }

    function viewOf(address account, uint24 day) internal view returns (DayBookView memory) {
        DayBook memory book = get(account, day);
        return
            DayBookView({
                status: statusOf(account, day),
                root: book.root,
                totalMor: book.totalMor,
                claimedMor: book.claimedMor,
                potMor: book.potMor,
                totalTokens: book.totalTokens,
                answers: book.answers,
                depth: book.depth,
                places: book.places,
                openDemands: book.openDemands,
                updatedAt: book.updatedAt,
                sealedClock: book.sealedClock,
                finalClock: book.sealedClock == 0 ? 0 : book.sealedClock + FINALITY_SECONDS
            });
    }

    // --- Inside

    /// @dev Opens the book of a later day: the one before is sealed, final ones leave the bond. Share and incentive of
    /// the day are fixed here.
    function _open(address account, uint24 day, DayBook storage book) private {
        uint24 before = Routers.openDayOf(account);
        DayBook storage running = DayBookStorage.load().books[account][before];
        if (running.updatedAt != 0 && running.sealedClock == 0) _seal(account, before, running);
        settle(account);
        Routers.open(account, day);
        uint16 shareBps = Routers.shareOf(account, day);
        book.shareBps = shareBps;
        if (!IncentiveMath.isLaunch(day, Routers.launchDay())) return;
        book.potMor = uint72(IncentiveMath.potDown(Emission.totalOfDay(day), shareBps));
        book.places = uint8(IncentiveMath.placesDown(shareBps));
    }

    function _seal(address account, uint24 day, DayBook storage book) private {
        uint40 clock = Routers.clockOf(account);
        book.sealedClock = clock;
        emit IDayBooks.DayBookSealed(account, day, book.root, book.totalMor, clock);
    }

    function _get(address account, uint24 day) private view returns (DayBook storage book) {
        book = DayBookStorage.load().books[account][day];
        if (book.updatedAt == 0) revert IDayBooks.DayBookNotFound(account, day);
    }

    function _requireSound(DayBookCommit calldata request) private view {
        uint24 today = DayMath.today();
        if (request.day > today) revert IDayBooks.DayNotReached(request.day, today);
        if (request.root == bytes32(0)) revert ICommonErrors.ZeroValue("root");
        if (request.totalTokens == 0) revert ICommonErrors.ZeroValue("totalTokens");
        if (request.answers == 0) revert ICommonErrors.ZeroValue("answers");
        if (request.depth > SumTree.MAX_DEPTH) {
            revert ICommonErrors.ValueOutOfRange("depth", request.depth, 0, SumTree.MAX_DEPTH);
        }
    }

    function _isFinal(address account, DayBook storage book) private view returns (bool) {
        uint40 sealedClock = book.sealedClock;
        if (book.isFinal) return true;
        if (sealedClock == 0 || book.openDemands != 0 || book.isFallen) return false;
        return Routers.clockOf(account) >= sealedClock + FINALITY_SECONDS;
    }

    /// @dev What a false book could take out of the pool, incentive included: what the bond must cover [MOR-wei].
    function _exposed(uint128 totalMor, uint128 potMor) private pure returns (uint128) {
        return totalMor + (totalMor < potMor ? totalMor : potMor);
    }

    function _cap(uint24 day, uint16 shareBps, Day memory snapshot) private view returns (uint256) {
        if (snapshot.openedAt == 0) revert IDayBooks.DayNotOpened(day);
        uint128 countedMor = Stakes.totalCounted(Purpose.Access, day);
        return AccessMath.capDown(snapshot.budgetMor, countedMor, shareBps, snapshot.supplyMor);
    }
}
