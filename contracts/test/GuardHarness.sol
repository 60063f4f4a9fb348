// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Guard} from "../libraries/Guard.sol";
import {GuardHead} from "../types/Guard.sol";

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

    uint256 private _poolMor;

    function run(Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) {
            uint256 drawnMor = _apply(steps[i]);
            _emitDone(drawnMor, steps[i]);
        }
    }

    function _apply(Step calldata step) private returns (uint256 drawnMor) {
        if (step.kind == Kind.Receive) {
            Guard.receiveEmission(_poolMor, step.amountMor);
            _poolMor += step.amountMor;
        } else if (step.kind == Kind.Credit) {
            Guard.touch(_poolMor);
            _poolMor += step.amountMor;
        } else if (step.kind == Kind.Draw) {
            drawnMor = Guard.spend(_poolMor, step.scheduledMor, step.guardBps, step.amountMor);
            _poolMor -= drawnMor;
        }
    }

    function _emitDone(uint256 drawnMor, Step calldata step) private {
        GuardHead memory head = Guard.project();
        (uint256 spentMor, uint256 receivedMor) = (head.spentMor, head.receivedMor);
        uint256 availableMor = Guard.available(head, _poolMor, step.scheduledMor, step.guardBps);
        // With nothing spent and 100 %, what may leave is the base itself, at most what a bucket can still hold.
        head.spentMor = 0;
        uint256 limitMor = head.present == 0 ? _poolMor : type(uint256).max;
        uint256 baseMor = Guard.available(head, limitMor, 0, 10_000);
        emit Done(drawnMor, _poolMor, spentMor, receivedMor, availableMor, baseMor);
    }
}
