// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStakes} from "../interfaces/IStakes.sol";
import {OP_OPEN} from "../libraries/Pause.sol";
import {Pool} from "../libraries/Pool.sol";
import {Stakes} from "../libraries/Stakes.sol";
import {Purpose, StakeView, Unstaking} from "../types/Stake.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Stake accounts. Only the owner of an account calls the writes, and nothing blocks the exits.
contract StakeFacet is IStakes, FacetBase {
    // --- Staking

    /// @inheritdoc IStakes
    function stake(Purpose purpose, uint128 amountMor) external nonReentrant whenNotPaused(OP_OPEN) {
        Stakes.stake(msg.sender, purpose, amountMor);
    }

    /// @inheritdoc IStakes
    function unstake(Purpose purpose, uint128 amountMor) external nonReentrant {
        Stakes.unstake(msg.sender, purpose, amountMor);
    }

    /// @inheritdoc IStakes
    function withdrawStake() external nonReentrant returns (uint128 amountMor) {
        return Stakes.withdraw(msg.sender);
    }

    // --- Reading

    /// @inheritdoc IStakes
    function getStake(address account, Purpose purpose) external view nonReentrantView returns (StakeView memory) {
        return Stakes.viewOf(account, purpose, Pool.simulateToday());
    }

    /// @inheritdoc IStakes
    function getUnstaking(address account) external view nonReentrantView returns (Unstaking memory) {
        return Stakes.unstakingOf(account);
    }

    /// @inheritdoc IStakes
    function countedStake(
        address account,
        Purpose purpose,
        uint24 day
    ) external view nonReentrantView returns (uint128) {
        return Stakes.countedOf(account, purpose, day);
    }

    /// @inheritdoc IStakes
    function totalCountedStake(Purpose purpose, uint24 day) external view nonReentrantView returns (uint128) {
        return Stakes.totalCounted(purpose, day);
    }

    /// @inheritdoc IStakes
    function totalActiveStake(Purpose purpose) external view nonReentrantView returns (uint128) {
        return Stakes.totalActive(purpose);
    }
}
