// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IStakes} from "../interfaces/IStakes.sol";
import {Purpose} from "../types/Stake.sol";

/// @title One of many accounts of a person: it stakes for access what it finds in its wallet.
contract CrowdMember {
    function stakeAll(IStakes diamond, IERC20 mor) external {
        uint256 amountMor = mor.balanceOf(address(this));
        mor.approve(address(diamond), amountMor);
        diamond.stake(Purpose.Access, uint128(amountMor));
    }
}
