// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Guard} from "../libraries/Guard.sol";
import {PoolCounters} from "../types/Guard.sol";

/// @title One guard over a pool that is only a number, with nothing around it; GuardFleet has thousands.
contract GuardCell {
    uint256 private constant BPS = 100;
    PoolCounters private _pool;

    /// @notice MOR enters the pool, as emission or not.
    function add(uint256 amountMor, bool isEmission) external {
        Guard.touch(_pool);
        if (isEmission) {
            Guard.forgetCeiling();
            _pool.receivedMor += amountMor;
        }
        _pool.balanceMor += amountMor;
    }

    /// @notice Asks for everything and tells what the guard let out.
    function draw(uint256 scheduledMor) external returns (uint256 paidMor) {
        uint256 ceilingMor = Guard.ceiling();
        if (ceilingMor == 0) ceilingMor = Guard.renewCeiling(_pool, scheduledMor, BPS);
        paidMor = Math.min(Math.saturatingSub(ceilingMor, _pool.paidMor), _pool.balanceMor);
        _pool.balanceMor -= paidMor;
        _pool.paidMor += paidMor;
    }
}
