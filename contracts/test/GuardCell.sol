// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guard} from "../libraries/Guard.sol";

/// @title One guard over a pool that is only a number, with nothing around it; GuardFleet has thousands.
contract GuardCell {
    uint256 private constant BPS = 100;
    uint256 private _poolMor;

    /// @notice MOR enters the pool, as emission or not.
    function add(uint256 amountMor, bool isEmission) external {
        if (isEmission) Guard.receiveEmission(_poolMor, amountMor);
        else Guard.touch(_poolMor);
        _poolMor += amountMor;
    }

    /// @notice Asks for everything and tells what the guard let out.
    function draw(uint256 scheduledMor) external returns (uint256 paidMor) {
        uint256 poolMor = _poolMor;
        paidMor = Guard.spend(poolMor, scheduledMor, BPS, type(uint256).max);
        _poolMor = poolMor - paidMor;
    }
}
