// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A stand-in for MOR whose balances grow and shrink together, between transfers or in the middle of one.
contract RebasingMor is ERC20 {
    uint256 private constant ONE_BPS = 10_000;
    /// @dev Balances are what OpenZeppelin's token holds times this [bps].
    uint256 private _factorBps = ONE_BPS;
    uint256 private _nextBps = 0;

    constructor() ERC20("Rebasing MOR", "RMOR") {}

    /// @notice Creates tokens. Anyone.
    function mint(address account, uint256 amountMor) external {
        _mint(account, amountMor);
    }

    /// @notice All balances are `factorBps` of what they were first, from now on.
    function rebase(uint256 factorBps) external {
        _factorBps = factorBps;
    }

    /// @notice The same in the middle of every transfer until it is switched off with 0.
    function rebaseInTransfers(uint256 factorBps) external {
        _nextBps = factorBps;
    }

    /// @inheritdoc ERC20
    function balanceOf(address account) public view override returns (uint256) {
        return (super.balanceOf(account) * _factorBps) / ONE_BPS;
    }

    function _update(address from, address to, uint256 amountMor) internal override {
        if (_nextBps != 0 && from != address(0) && to != address(0)) _factorBps = _nextBps;
        super._update(from, to, (amountMor * ONE_BPS) / _factorBps);
    }
}
