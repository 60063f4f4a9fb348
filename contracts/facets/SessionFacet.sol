// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ISessions} from "../interfaces/ISessions.sol";
import {OP_OPEN} from "../libraries/Pause.sol";
import {Sessions} from "../libraries/Sessions.sol";
import {SessionId} from "../types/Ids.sol";
import {SessionApproval, SessionReceipt, SessionRequest, Verdict} from "../types/Session.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Sessions: opening and closing.
contract SessionFacet is ISessions, FacetBase {
    /// @inheritdoc ISessions
    function openSession(
        SessionRequest calldata request,
        SessionApproval calldata approval,
        bytes calldata signature
    ) external nonReentrant whenNotPaused(OP_OPEN) returns (SessionId sessionId) {
        return Sessions.open(request, approval, signature);
    }

    /// @inheritdoc ISessions
    function closeSession(
        SessionId sessionId,
        Verdict verdict,
        SessionReceipt calldata receipt,
        bytes calldata signature
    ) external nonReentrant {
        Sessions.close(sessionId, verdict, receipt, signature);
    }
}
