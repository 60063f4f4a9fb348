// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A hostile stand-in for MOR: in the middle of a transfer it calls whom it was told to call.
contract ReenteringMor is ERC20 {
    /// @notice How the call inside a transfer ended.
    event Reentered(address indexed target, bool ok, bytes answer);

    /// @notice The account refuses tokens.
    error Refused(address account);

    address private _target;
    bytes private _data;
    address private _refused;

    constructor() ERC20("Re-entering MOR", "RMOR") {}

    /// @notice Creates tokens. Anyone.
    function mint(address account, uint256 amountMor) external {
        _mint(account, amountMor);
    }

    /// @notice The next transfer calls `target` with `data`, once.
    function arm(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    /// @notice Lets transfers to one account fail; the zero address = to none.
    function refuse(address account) external {
        _refused = account;
    }

    function _update(address from, address to, uint256 amountMor) internal override {
        if (to != address(0) && to == _refused) revert Refused(to);
        super._update(from, to, amountMor);
        address target = _target;
        if (target == address(0) || from == address(0)) return;
        _target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = target.call(_data);
        emit Reentered(target, ok, answer);
    }
}
