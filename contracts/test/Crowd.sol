// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStakes} from "../interfaces/IStakes.sol";
import {CrowdMember} from "./CrowdMember.sol";

/// @title A person who splits MOR over many accounts.
contract Crowd {
    address[] private _members;

    /// @dev `count` more accounts, each with `eachMor` at stake.
    function split(IStakes diamond, IERC20 mor, uint256 count, uint128 eachMor) external {
        for (uint256 i = 0; i < count; ++i) {
            CrowdMember member = new CrowdMember();
            _members.push(address(member));
            mor.transfer(address(member), eachMor);
            member.stakeAll(diamond, mor);
        }
    }

    function members() external view returns (address[] memory) {
        return _members;
    }
}
