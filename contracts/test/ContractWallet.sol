// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A contract wallet (ERC-1271) that does what a test asks for, honest or not.
contract ContractWallet is IERC1271 {
    /// @dev How the wallet answers `isValidSignature`.
    enum Mood {
        Magic,
        WrongMagic,
        Reverts,
        BurnsGas,
        HugeAnswer,
        ShortAnswer,
        MagicIfReadFails
    }

    /// @dev One call of a sequence.
    struct Call {
        address target;
        bytes data;
    }

    /// @notice How a call of a sequence ended.
    event Called(uint256 indexed index, bool ok, bytes answer);

    /// @notice What the mood `Reverts` says.
    error BadMood();

    /// @dev 1 MB.
    uint256 private constant HUGE_BYTES = 1_048_576;
    Mood private _mood;
    address private _readTarget;
    bytes private _readData;

    /// @notice Sets how the wallet answers.
    function setMood(Mood mood) external {
        _mood = mood;
    }

    /// @notice The read that the mood `MagicIfReadFails` tries.
    function setRead(address target, bytes calldata data) external {
        _readTarget = target;
        _readData = data;
    }

    /// @notice Makes calls one after the other in one transaction; a failing one does not stop the others.
    function tryAll(Call[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) {
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory answer) = calls[i].target.call(calls[i].data);
            emit Called(i, ok, answer);
        }
    }

    /// @notice Makes one call and passes its failure on.
    function execute(address target, bytes calldata data) external returns (bytes memory) {
        // solhint-disable-next-line avoid-low-level-calls
        (bool ok, bytes memory answer) = target.call(data);
        if (ok) return answer;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        if (_mood == Mood.Reverts) revert BadMood();
        if (_mood == Mood.BurnsGas) {
            uint256 burnt = 0;
            while (gasleft() != 0) ++burnt;
        }
        if (_mood == Mood.HugeAnswer) {
            assembly ("memory-safe") {
                mstore(0x00, 0)
                return(0x00, HUGE_BYTES)
            }
        }
        if (_mood == Mood.ShortAnswer) {
            bytes4 magic = IERC1271.isValidSignature.selector;
            assembly ("memory-safe") {
                mstore(0x00, magic)
                return(0x00, 0x04)
            }
        }
        if (_mood == Mood.MagicIfReadFails) {
            (bool ok, ) = _readTarget.staticcall(_readData);
            return ok ? bytes4(0xffffffff) : IERC1271.isValidSignature.selector;
        }
        return _mood == Mood.Magic ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
