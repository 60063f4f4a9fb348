// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {EmissionMath} from "../../libraries/math/EmissionMath.sol";
import {EmissionBucket} from "../../types/Day.sol";

/// @title What the compiler's model checker proves of the emission (check:smt).
/// @dev Rewards below 2^96 wei, which is 8e10 MOR.
contract EmissionProofs {
    /// @notice Nothing is emitted before the start, and the formula never overflows, underflows or divides by zero.
    function emissionStartsAtItsStart(
        uint96 initialRewardMor,
        uint96 rewardDecreaseMor,
        uint40 payoutStartAt,
        uint32 intervalSeconds,
        uint40 timestamp
    ) external pure {
        if (intervalSeconds == 0 || rewardDecreaseMor > initialRewardMor) return;
        EmissionBucket memory bucket = EmissionBucket({
            initialRewardMor: initialRewardMor,
            rewardDecreaseMor: rewardDecreaseMor,
            payoutStartAt: payoutStartAt,
            decreaseIntervalSeconds: intervalSeconds
        });
        uint256 emittedMor = EmissionMath.emittedUntilDown(bucket, timestamp);
        assert(timestamp > payoutStartAt || emittedMor == 0);
    }
}
