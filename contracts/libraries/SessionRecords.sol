// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ISessions} from "../interfaces/ISessions.sol";
import {SessionStorage} from "../storage/SessionStorage.sol";
import {SessionId} from "../types/Ids.sol";
import {Session} from "../types/Session.sol";

/// @title Where sessions are found and what they cost.
library SessionRecords {
    /// @dev The session as it is stored.
    function get(SessionId sessionId) internal view returns (Session storage session) {
        session = SessionStorage.load().sessions[sessionId];
        if (session.openedAt == 0) revert ISessions.SessionNotFound(sessionId);
    }

    /// @dev Id of the session with a running number, unlike any of another chain or diamond.
    function idOf(uint256 index) internal view returns (SessionId) {
        return SessionId.wrap(keccak256(abi.encode(block.chainid, address(this), index)));
    }

    /// @dev Price times duration [MOR-wei].
    function cost(uint128 priceMor, uint256 durationSeconds) internal pure returns (uint128) {
        return SafeCast.toUint128(uint256(priceMor) * durationSeconds);
    }
}
