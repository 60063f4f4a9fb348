// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {Access} from "../libraries/Access.sol";
import {AccessDays} from "../libraries/AccessDays.sol";
import {Bids} from "../libraries/Bids.sol";
import {Challenges} from "../libraries/Challenges.sol";
import {Delegation} from "../libraries/Delegation.sol";
import {Emission} from "../libraries/Emission.sol";
import {Models} from "../libraries/Models.sol";
import {Pool} from "../libraries/Pool.sol";
import {Providers} from "../libraries/Providers.sol";
import {Routers} from "../libraries/Routers.sol";
import {Treasury} from "../libraries/Treasury.sol";
import {ReferenceSource} from "../types/AccessDay.sol";
import {Unit} from "../types/Bid.sol";
import {Parameters} from "../types/Parameters.sol";

/// @title Writes the parameters inside the construction of the diamond.
/// @dev Called on its own it writes only its own storage, which nobody reads.
contract DiamondInit {
    /// @notice Writes all parameters.
    function initialise(Parameters calldata parameters) external {
        if (parameters.mor.code.length == 0) revert ICommonErrors.ZeroValue("mor");
        if (parameters.emission.length == 0) revert ICommonErrors.ZeroValue("emission");
        if (parameters.computeBucket >= parameters.emission.length) {
            uint256 last = parameters.emission.length - 1;
            revert ICommonErrors.ValueOutOfRange("computeBucket", parameters.computeBucket, 0, last);
        }
        for (uint256 i = 0; i < parameters.emission.length; ++i) {
            if (parameters.emission[i].decreaseIntervalSeconds == 0) {
                revert ICommonErrors.ZeroValue("decreaseIntervalSeconds");
            }
        }

        Treasury.setMor(parameters.mor);
        Access.setGuardian(parameters.guardian);
        Delegation.setRegistry(parameters.delegateRegistry);
        Providers.setMinimums(parameters.providerMinimumMor, parameters.subnetMinimumMor);
        Models.setMinimum(parameters.modelMinimumMor);
        Bids.setFee(parameters.bidFeeMor);
        Bids.setPriceRange(Unit.Second, parameters.minPricePerSecondMor, parameters.maxPricePerSecondMor);
        Bids.setPriceRange(Unit.Token, parameters.minPricePerTokenMor, parameters.maxPricePerTokenMor);
        Emission.setSchedule(parameters.emission, parameters.computeBucket);
        Pool.setPriorComputePaid(parameters.priorComputePaidMor);
        Pool.setParameters(parameters.budgetBps, parameters.guardBps, parameters.minOpenMor);
        AccessDays.setReference(ReferenceSource.Market, parameters.startPriceMor, 0);
        Challenges.setParameters(parameters.challengeRewardMor, parameters.demandDepositMor);
        Routers.setRules(parameters.routerRules);
        if (parameters.launchDay != 0) Routers.setLaunchDay(parameters.launchDay);
    }
}
