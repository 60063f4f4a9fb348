// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccess} from "../interfaces/IAccess.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {PauseStorage} from "../storage/PauseStorage.sol";

/// @dev Registering and topping up providers and models.
uint32 constant OP_REGISTER = 1;
/// @dev Posting, repricing and confirming bids.
uint32 constant OP_BID = 2;
/// @dev Opening sessions and staking.
uint32 constant OP_OPEN = 4;
/// @dev Committing day books.
uint32 constant OP_COMMIT = 8;

/// @title Pauses of entries that end by themselves; exits have no bit.
library Pause {
    uint256 internal constant ALL_OPERATIONS = OP_REGISTER | OP_BID | OP_OPEN | OP_COMMIT;
    /// @dev Length of a pause and of the time after it without one [s] (72 h).
    uint40 internal constant PAUSE_SECONDS = 259_200;

    function requireActive(uint32 operation) internal view {
        PauseStorage.Layout storage $ = PauseStorage.load();
        if ($.operations & operation != 0 && block.timestamp < $.until) {
            revert ICommonErrors.OperationPaused(operation, $.until);
        }
    }

    function start(uint256 operations) internal {
        PauseStorage.Layout storage $ = PauseStorage.load();
        if (operations == 0 || operations & ~ALL_OPERATIONS != 0) {
            revert IAccess.PauseMaskInvalid(operations, ALL_OPERATIONS);
        }
        if (block.timestamp < $.nextPauseAt) revert IAccess.PauseTooSoon(block.timestamp, $.nextPauseAt);
        uint40 until = uint40(block.timestamp) + PAUSE_SECONDS;
        $.operations = uint32(operations);
        $.until = until;
        $.nextPauseAt = until + PAUSE_SECONDS;
        if (operations & OP_COMMIT != 0) {
            ($.commitsPausedAt, $.commitsPausedUntil) = (uint40(block.timestamp), until);
        }
        emit IAccess.Paused(msg.sender, operations, until);
    }

    function stop() internal {
        PauseStorage.Layout storage $ = PauseStorage.load();
        if (block.timestamp >= $.until) revert IAccess.NotPaused();
        emit IAccess.Unpaused(msg.sender, $.operations);
        if ($.operations & OP_COMMIT != 0) $.commitsPausedUntil = uint40(block.timestamp);
        $.operations = 0;
        $.until = uint40(block.timestamp);
        $.nextPauseAt = uint40(block.timestamp) + PAUSE_SECONDS;
    }

    /// @dev The last pause of commits; it ends at `until`, or ended then.
    function lastOfCommits() internal view returns (uint40 from, uint40 until) {
        PauseStorage.Layout storage $ = PauseStorage.load();
        return ($.commitsPausedAt, $.commitsPausedUntil);
    }

    function state() internal view returns (uint256 operations, uint40 until, uint40 nextPauseAt) {
        PauseStorage.Layout storage $ = PauseStorage.load();
        bool isPaused = block.timestamp < $.until;
        return (isPaused ? $.operations : 0, $.until, $.nextPauseAt);
    }
}
