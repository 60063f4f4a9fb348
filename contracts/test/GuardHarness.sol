// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Guard} from "../libraries/Guard.sol";
import {GuardWindow, PoolCounters} from "../types/Guard.sol";

/// @title The rolling guard over a pool that is only a number, driven by all steps of one second in one call.
contract GuardHarness {
    enum Kind {
        Receive,
        Credit,
        Draw,
        Look
    }

    /// @dev What happens, and the rules it is measured with.
    struct Step {
        Kind kind;
        uint256 amountMor;
        uint256 scheduledMor;
        uint256 guardBps;
    }

    /// @notice What a step let out, the pool after it, and what the guard says then [MOR-wei].
    event Done(
        uint256 drawnMor,
        uint256 poolMor,
        uint256 spentMor,
        uint256 receivedMor,
        uint256 availableMor,
        uint256 baseMor
    );

    PoolCounters private _pool;
    /// @dev Rules of the step before; a change of them is a change of parameters.
    bytes32 private _rules;

    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            Step calldata step = steps[i];
            bytes32 rules = keccak256(abi.encode(step.scheduledMor, step.guardBps));
            if (rules != _rules) Guard.forgetCeiling();
            _rules = rules;
            _emitDone(_apply(step), step);
        }
    }

    function _apply(Step calldata step) private returns (uint256 drawnMor) {
        if (step.kind == Kind.Receive) {
            Guard.touch(_pool);
            Guard.forgetCeiling();
            _pool.balanceMor += step.amountMor;
            _pool.receivedMor += step.amountMor;
        } else if (step.kind == Kind.Credit) {
            Guard.touch(_pool);
            _pool.balanceMor += step.amountMor;
        } else if (step.kind == Kind.Draw) {
            uint256 ceilingMor = Guard.ceiling();
            if (ceilingMor == 0) ceilingMor = Guard.renewCeiling(_pool, step.scheduledMor, step.guardBps);
            drawnMor = Math.min(step.amountMor, _allowedBelow(ceilingMor));
            _pool.balanceMor -= drawnMor;
            _pool.paidMor += drawnMor;
        }
    }

    function _emitDone(uint256 drawnMor, Step calldata step) private {
        GuardWindow memory seen = Guard.window(_pool);
        uint256 availableMor = _allowedBelow(Guard.ceilingDown(seen, step.scheduledMor, step.guardBps));
        emit Done(drawnMor, _pool.balanceMor, seen.spentMor, seen.receivedMor, availableMor, seen.baseMor);
    }

    function _allowedBelow(uint256 ceilingMor) private view returns (uint256) {
        return Math.min(Math.saturatingSub(ceilingMor, _pool.paidMor), _pool.balanceMor);
    }
}
