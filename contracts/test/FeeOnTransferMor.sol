// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A stand-in for MOR that keeps 1 % of every transfer while the fee is on.
contract FeeOnTransferMor is ERC20 {
    uint256 private constant FEE_PART = 100;
    bool private _hasFee;

    constructor() ERC20("Taxed MOR", "FMOR") {}

    /// @notice Creates tokens. Anyone.
    function mint(address account, uint256 amountMor) external {
        _mint(account, amountMor);
    }

    /// @notice Switches the fee on or off.
    function setFee(bool hasFee) external {
        _hasFee = hasFee;
    }

    function _update(address from, address to, uint256 amountMor) internal override {
        bool isTaxed = _hasFee && from != address(0) && to != address(0);
        uint256 feeMor = isTaxed ? amountMor / FEE_PART : 0;
        super._update(from, to, amountMor - feeMor);
        if (feeMor != 0) super._update(from, address(0), feeMor);
    }
}
