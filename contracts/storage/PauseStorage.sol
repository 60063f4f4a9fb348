// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

library PauseStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Pause
    struct Layout {
        // slot 0
        /// @dev Mask of paused entries.
        uint32 operations;
        /// @dev When the pause ends by itself [s].
        uint40 until;
        /// @dev When the next pause is possible [s].
        uint40 nextPauseAt;
        /// @dev When the last pause of commits began [s].
        uint40 commitsPausedAt;
        /// @dev When the last pause of commits ended or ends [s].
        uint40 commitsPausedUntil;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Pause")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x02a9d21519600165943949e6af05b438173f6709eaef973d4e5fc16a88880400;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
