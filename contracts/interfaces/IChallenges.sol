// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {AnswerProof, Demand, Fault} from "../types/Answer.sol";
import {ProviderProof} from "../types/DayBook.sol";

/// @title Challenges and demands against sealed day books. A proven fault lets the book fall, suspends the router and
/// takes its bond.
interface IChallenges {
    /// @notice A fault was proven; the challenger got `rewardMor` of the bond.
    event FaultProven(
        address indexed router,
        uint24 indexed day,
        Fault fault,
        address indexed challenger,
        uint128 rewardMor
    );
    /// @notice The router must show the answer at a MOR position until `dueClock` of its clock [s].
    event AnswerDemanded(
        address indexed router,
        uint24 indexed day,
        uint128 positionMor,
        address indexed demander,
        uint128 depositMor,
        uint40 dueClock
    );
    /// @notice The answer at a position was shown; its data is in the call. The deposit went to the router.
    event AnswerShown(address indexed router, uint24 indexed day, uint128 positionMor, bytes32 leafHash);
    /// @notice A deposit went back because the book fell or the router was cancelled.
    event DemandReturned(address indexed router, uint24 indexed day, uint128 positionMor, address indexed demander);
    /// @notice Reward and deposit changed [MOR-wei].
    event ChallengeParametersChanged(
        uint128 previousRewardMor,
        uint128 newRewardMor,
        uint128 previousDepositMor,
        uint128 newDepositMor
    );

    /// @notice What was shown has no fault that the chain judges.
    error NoFault(address router, uint24 day);
    /// @notice Two places are needed, and they are one.
    error SamePlace(uint256 positionMor);
    /// @notice The left leaf must stand left of the right one.
    error LeavesNotOrdered(uint256 leftIndex, uint256 rightIndex);
    /// @notice Demands are possible in the first 12 h after sealing, by the router's clock [s].
    error DemandTooLate(uint256 clock, uint256 latestClock);
    /// @notice The position lies behind the sum of the book [MOR-wei].
    error PositionOutOfRange(uint256 positionMor, uint256 totalMor);
    /// @notice This position is demanded already.
    error DemandOpen(address router, uint24 day, uint256 positionMor);
    /// @notice There is no such demand.
    error DemandNotFound(address router, uint24 day, uint256 positionMor);
    /// @notice The answer does not contain the position [MOR-wei].
    error PositionNotInside(uint256 positionMor, uint256 fromMor, uint256 toMor);
    /// @notice The answer came after its time, by the router's clock [s].
    error AnswerTooLate(uint256 clock, uint256 dueClock);
    /// @notice The router has time to answer, by its clock [s].
    error DemandNotDue(uint256 clock, uint256 dueClock);

    // --- Challenges, while a book is sealed and not final

    /// @notice Shows an answer of a book with a fault. Anyone.
    function challengeAnswer(
        address router,
        uint24 day,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) external returns (Fault fault);

    /// @notice Shows two answers of a book that cannot both be there: one request twice, or running sums of a user
    /// that do not add up. Give the lower running number first. Anyone.
    function challengeAnswers(
        address router,
        uint24 day,
        ProviderProof calldata firstProvider,
        AnswerProof calldata first,
        ProviderProof calldata secondProvider,
        AnswerProof calldata second
    ) external returns (Fault fault);

    /// @notice Shows two leaves in wrong order or with the same provider. Anyone.
    function challengeOrder(
        address router,
        uint24 day,
        ProviderProof calldata left,
        ProviderProof calldata right
    ) external returns (Fault fault);

    /// @notice Shows a leaf that earns nothing, or whose path leads to the root with another sum than the book's.
    /// Anyone.
    function challengeLeaf(address router, uint24 day, ProviderProof calldata provider) external returns (Fault fault);

    // --- Demands

    /// @notice Demands the answer at a MOR position for a deposit of the caller, in the first 12 h. Anyone.
    function demandAnswer(address router, uint24 day, uint128 positionMor) external;

    /// @notice Shows the demanded answer; the deposit goes to the router. Anyone.
    function showAnswer(
        address router,
        uint24 day,
        uint128 positionMor,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) external;

    /// @notice Ends a demand that was not answered in time: the book falls and the deposit goes back. After the book
    /// fell otherwise or the router was cancelled, the deposit goes back. Anyone.
    function endDemand(address router, uint24 day, uint128 positionMor) external;

    // --- Owner

    /// @notice Sets the most that a challenger gets, and the deposit of a demand [MOR-wei]. Owner only.
    function setChallengeParameters(uint128 newRewardMor, uint128 newDepositMor) external;

    // --- Reading

    /// @notice A demand; all zero if there is none.
    function getDemand(address router, uint24 day, uint128 positionMor) external view returns (Demand memory);

    /// @notice Reward and deposit [MOR-wei].
    function getChallengeParameters() external view returns (uint128 rewardMor, uint128 depositMor);

    /// @notice The fault that `challengeAnswer` would find; reverts as it would for a wrong proof.
    function findFault(
        address router,
        uint24 day,
        ProviderProof calldata provider,
        AnswerProof calldata answer
    ) external view returns (Fault fault);
}
