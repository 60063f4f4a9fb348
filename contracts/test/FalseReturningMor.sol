// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A stand-in for MOR that answers false, and moves nothing, for accounts it refuses.
contract FalseReturningMor is ERC20 {
    mapping(address account => bool isRefused) private _refused;

    constructor() ERC20("Refusing MOR", "XMOR") {}

    /// @notice Creates tokens. Anyone.
    function mint(address account, uint256 amountMor) external {
        _mint(account, amountMor);
    }

    /// @notice Refuses transfers from and to an account, or allows them again.
    function refuse(address account, bool isRefused) external {
        _refused[account] = isRefused;
    }

    /// @inheritdoc ERC20
    function transfer(address to, uint256 amountMor) public override returns (bool) {
        return !_refused[to] && super.transfer(to, amountMor);
    }

    /// @inheritdoc ERC20
    function transferFrom(address from, address to, uint256 amountMor) public override returns (bool) {
        return !_refused[from] && super.transferFrom(from, to, amountMor);
    }
}
