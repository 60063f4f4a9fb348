// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ModelId, SessionId} from "../types/Ids.sol";
import {PackedList} from "../types/PackedList.sol";
import {Session} from "../types/Session.sol";

library SessionStorage {
    /// @custom:storage-location erc7201:yellowstone.storage.Session
    struct Layout {
        /// @dev Number of sessions ever.
        uint32 count;
        /// @dev Sessions.
        mapping(SessionId sessionId => Session session) sessions;
        /// @dev Approvals that were used.
        mapping(address provider => mapping(uint256 word => uint256 bits)) usedApprovals;
        /// @dev Running numbers of the sessions of a user.
        mapping(address user => PackedList list) userSessions;
        /// @dev Running numbers of the sessions of a provider.
        mapping(address provider => PackedList list) providerSessions;
        /// @dev Running numbers of the sessions of a model.
        mapping(ModelId modelId => PackedList list) modelSessions;
    }

    // keccak256(abi.encode(uint256(keccak256("yellowstone.storage.Session")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 internal constant SLOT = 0x639733de349b20666b4805d4c88d5a1000b583eb33c1be6c97493582f851ae00;

    function load() internal pure returns (Layout storage $) {
        assembly {
            $.slot := SLOT
        }
    }
}
