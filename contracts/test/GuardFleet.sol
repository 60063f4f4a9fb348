// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {GuardCell} from "./GuardCell.sol";

/// @title Many guards that know nothing of each other, so that one block serves all that have an appointment in it.
contract GuardFleet {
    /// @notice What each draw let out, in order [MOR-wei].
    event Drawn(uint256[] paidMor);

    address private immutable PATTERN = address(new GuardCell());
    GuardCell[] private _guards;

    /// @notice Adds guards without history.
    function grow(uint256 count) external {
        for (uint256 i = 0; i < count; ++i) {
            _guards.push(GuardCell(Clones.clone(PATTERN)));
        }
    }

    /// @notice Gives amounts to guards, as emission or not.
    function add(uint256[] calldata guards, uint256[] calldata amountsMor, bool isEmission) external {
        for (uint256 i = 0; i < guards.length; ++i) {
            _guards[guards[i]].add(amountsMor[i], isEmission);
        }
    }

    /// @notice Asks guards for everything.
    function draw(uint256[] calldata guards, uint256 scheduledMor) external {
        uint256[] memory paidMor = new uint256[](guards.length);
        for (uint256 i = 0; i < guards.length; ++i) {
            paidMor[i] = _guards[guards[i]].draw(scheduledMor);
        }
        emit Drawn(paidMor);
    }
}
