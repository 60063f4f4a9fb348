// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Stand-in for MOR on local networks: an OpenZeppelin token without permit, like the real one.
contract DevMor is ERC20 {
    /// @notice Only the deployer mints.
    error NotMinter(address account, address minter);

    address private immutable MINTER;

    constructor() ERC20("Morpheus (local)", "MOR") {
        MINTER = msg.sender;
    }

    /// @notice Creates MOR [MOR-wei]. Deployer only.
    function mint(address account, uint256 amountMor) external {
        if (msg.sender != MINTER) revert NotMinter(msg.sender, MINTER);
        _mint(account, amountMor);
    }
}
