// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A contract of somebody else that answers every call as it was told to: wallet, registry or nothing.
contract Stranger {
    enum Mood {
        Answers,
        Reverts,
        BurnsGas,
        SaysNothing
    }

    Mood private _mood;
    bytes32 private _word;
    uint256 private _bytes;

    /// @notice Answers `answerBytes` bytes, the first word is `word`, the others 0.
    function answer(bytes32 word, uint256 answerBytes) external {
        (_mood, _word, _bytes) = (Mood.Answers, word, answerBytes);
    }

    function behave(Mood mood) external {
        _mood = mood;
    }

    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        Mood mood = _mood;
        bytes32 word = _word;
        uint256 length = mood == Mood.Answers ? _bytes : 0;
        while (mood == Mood.BurnsGas) {
            length = uint256(keccak256(abi.encode(length)));
        }
        bool isRevert = mood == Mood.Reverts;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, word)
            if isRevert {
                revert(start, 0x20)
            }
            return(start, length)
        }
    }
}
