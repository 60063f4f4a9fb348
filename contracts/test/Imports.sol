// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// Brings OpenZeppelin's timelock into the build; the deployment uses its artifact as it is.
// solhint-disable-next-line no-unused-import
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
