// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Many reads of one contract in one call, so that checks after every step of a walk stay cheap.
contract BatchReader {
    /// @notice A read of a batch failed.
    error ReadFailed(uint256 index, bytes reason);

    function read(address target, bytes[] calldata calls) external view returns (bytes[] memory answers) {
        answers = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory answer) = target.staticcall(calls[i]);
            if (!ok) revert ReadFailed(i, answer);
            answers[i] = answer;
        }
    }
}
