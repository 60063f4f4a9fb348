// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Calls of many accounts in one simulated transaction, which leaves nothing behind.
/// @dev A test puts this code at every actor for the length of one `eth_call`. Lists of bytes go in and out, because a
/// walk makes thousands of such calls and bytes are quick to encode.
contract Rehearsal {
    /// @dev Actor and target stand before the data of a step.
    uint256 private constant HEAD_BYTES = 40;

    /// @notice Makes the calls in order; a failing one does not stop the others.
    /// @param steps Each the actor, the target and the data, packed; the zero address as actor = this contract.
    /// @return answers Each 1 or 0 for success or failure, and what came back, packed.
    function play(bytes[] calldata steps) external returns (bytes[] memory answers) {
        answers = new bytes[](steps.length);
        for (uint256 i = 0; i < steps.length; ++i) {
            bytes calldata step = steps[i];
            address actor = address(bytes20(step[:20]));
            address target = address(bytes20(step[20:HEAD_BYTES]));
            if (actor == address(0)) answers[i] = _call(target, step[HEAD_BYTES:]);
            else answers[i] = Rehearsal(actor).act(target, step[HEAD_BYTES:]);
        }
    }

    /// @notice Calls as the account that has this code.
    function act(address target, bytes calldata data) external returns (bytes memory) {
        return _call(target, data);
    }

    function _call(address target, bytes calldata data) private returns (bytes memory) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = target.call(data);
        return abi.encodePacked(ok, answer);
    }
}
