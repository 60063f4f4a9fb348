// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {DayBookCommit, DayBookView, ProviderProof} from "../types/DayBook.sol";

/// @title Day books: thousands of answers settled by one commit, paid by claims.
interface IDayBooks {
    /// @notice A router committed what it credited on a UTC day so far.
    event DayCommitted(
        address indexed router,
        uint24 indexed day,
        bytes32 root,
        uint128 totalMor,
        uint64 totalTokens,
        uint32 answers,
        uint8 depth
    );
    /// @notice A day book is sealed; demands and challenges run from here. `clock` is the router's [s].
    event DayBookSealed(address indexed router, uint24 indexed day, bytes32 root, uint128 totalMor, uint40 clock);
    /// @notice A day book fell: nothing of it is paid, its MOR is free again [MOR-wei].
    event DayBookFell(address indexed router, uint24 indexed day, uint128 totalMor);
    /// @notice A provider's leaf was credited [MOR-wei]: from the book, and launch incentive; `leftMor` waits for the
    /// guard.
    event RequestCreditsClaimed(
        address indexed router,
        uint24 indexed day,
        address indexed provider,
        uint128 creditedMor,
        uint128 incentiveMor,
        uint128 paidMor,
        uint128 leftMor
    );
    /// @notice Request credits that had waited were paid [MOR-wei]; `leftMor` waits on.
    event RequestCreditsCollected(address indexed provider, uint128 paidMor, uint128 leftMor);

    /// @notice The day has not begun.
    error DayNotReached(uint24 day, uint24 today);
    /// @notice The day was never opened, so it has no budget.
    error DayNotOpened(uint24 day);
    /// @notice The book takes no more commits.
    error DayBookClosed(address router, uint24 day);
    /// @notice A commit must be larger than the one before, and none of its counts smaller [MOR-wei].
    error DayBookNotLarger(uint256 totalMor, uint256 previousMor);
    /// @notice More than the router's part of the day's budget [MOR-wei].
    error RequestCapExceeded(uint256 totalMor, uint256 capMor);
    /// @notice There is no such book.
    error DayBookNotFound(address router, uint24 day);
    /// @notice The book can still be committed to until `closesAt` [s].
    error DayBookOpen(address router, uint24 day, uint256 closesAt);
    /// @notice The book is sealed already.
    error DayBookSealedAlready(address router, uint24 day);
    /// @notice The book is not final: at `finalClock` of the router's clock at the earliest, without open demands.
    error DayBookNotFinal(address router, uint24 day, uint256 clock, uint256 finalClock);
    /// @notice The book is final and cannot change.
    error DayBookIsFinal(address router, uint24 day);
    /// @notice The book fell.
    error DayBookIsFallen(address router, uint24 day);
    /// @notice The router was not cancelled, so the book can still become final.
    error RouterNotCancelled(address router);
    /// @notice The proof does not lead to the book's root.
    error ProofInvalid(bytes32 root, uint256 sumMor);
    /// @notice The proof has another length than the tree.
    error ProofLengthInvalid(uint256 length, uint256 depth);
    /// @notice The provider's leaf of that day was paid.
    error AlreadyClaimed(address router, uint24 day, address provider);
    /// @notice Nothing is owed to the provider.
    error NothingOwed(address provider);

    /// @notice Commits a larger book of a UTC day; the first commit of a later day seals it. Calling router only.
    function commitDay(DayBookCommit calldata commit) external;

    /// @notice Seals a book whose time for commits is over: 24 h after its day, longer by a pause. Anyone.
    function sealDay(address router, uint24 day) external;

    /// @notice Lets a book of a cancelled router fall, so that its MOR is free again. Anyone.
    function dropDay(address router, uint24 day) external;

    /// @notice Counts final books of a router out of what its bond covers. Anyone.
    function settleRouter(address router) external;

    /// @notice Credits a provider's leaf of a final book with its incentive, and pays what the guard lets out to the
    /// provider's payout address. Anyone.
    /// @return paidMor What was paid [MOR-wei].
    function claimRequestCredits(
        address router,
        uint24 day,
        ProviderProof calldata proof
    ) external returns (uint128 paidMor);

    /// @notice Many claims of one book at once; leaves that were paid are passed over. Anyone.
    /// @return paidMor What was paid [MOR-wei].
    function claimRequestCreditsBatch(
        address router,
        uint24 day,
        ProviderProof[] calldata proofs
    ) external returns (uint128 paidMor);

    /// @notice Pays request credits that the guard refused before, at most `maxMor`. Anyone.
    /// @return paidMor What was paid [MOR-wei].
    function collectRequestCredits(address provider, uint128 maxMor) external returns (uint128 paidMor);

    /// @notice A day book.
    function getDayBook(address router, uint24 day) external view returns (DayBookView memory);

    /// @notice Request credits that wait for the guard [MOR-wei].
    function getRequestCredits(address provider) external view returns (uint128);

    /// @notice True if the provider's leaf of that day was paid.
    function isClaimed(address router, uint24 day, address provider) external view returns (bool);

    /// @notice The most that a router can credit on a UTC day [MOR-wei].
    function requestCap(address router, uint24 day) external view returns (uint128);
}
