// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Access} from "../libraries/Access.sol";
import {Pause} from "../libraries/Pause.sol";

/// @title Modifiers of all facets. The lock is one transient slot of the diamond, so it spans all of them.
abstract contract FacetBase is ReentrancyGuardTransient {
    modifier onlyOwner() {
        Access.requireOwner(msg.sender);
        _;
    }

    modifier onlyGuardian() {
        Access.requireGuardian(msg.sender);
        _;
    }

    modifier onlyGuardianOrOwner() {
        Access.requireGuardianOrOwner(msg.sender);
        _;
    }

    modifier whenNotPaused(uint32 operation) {
        Pause.requireActive(operation);
        _;
    }
}
