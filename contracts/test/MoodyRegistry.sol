// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A delegate registry that misbehaves as a test asks for.
contract MoodyRegistry {
    /// @dev How the registry answers.
    enum Mood {
        SaysYes,
        SaysTwo,
        SaysNothing,
        Reverts,
        BurnsGas,
        HugeAnswer
    }

    /// @notice What the mood `Reverts` says.
    error BadMood();

    /// @dev 1 MB.
    uint256 private constant HUGE_BYTES = 1_048_576;
    Mood private _mood;

    /// @notice Sets how the registry answers.
    function setMood(Mood mood) external {
        _mood = mood;
    }

    /// @dev Every question gets the same answer.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        if (_mood == Mood.Reverts) revert BadMood();
        if (_mood == Mood.BurnsGas) {
            uint256 burnt = 0;
            while (gasleft() != 0) ++burnt;
        }
        uint256 word = _mood == Mood.SaysTwo ? 2 : 1;
        uint256 length =
            _mood == Mood.SaysNothing
                ? 0
                : _mood == Mood.HugeAnswer
                    ? HUGE_BYTES
                    : 0x20;
        assembly ("memory-safe") {
            mstore(0x00, word)
            return(0x00, length)
        }
    }
}
