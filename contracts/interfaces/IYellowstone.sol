// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {IAccess} from "./IAccess.sol";
import {IAccessDays} from "./IAccessDays.sol";
import {IAttestations} from "./IAttestations.sol";
import {IChallenges} from "./IChallenges.sol";
import {IClaims} from "./IClaims.sol";
import {ICommonErrors} from "./ICommonErrors.sol";
import {IDayBooks} from "./IDayBooks.sol";
import {IDelegation} from "./IDelegation.sol";
import {IDiamond} from "./IDiamond.sol";
import {IKeys} from "./IKeys.sol";
import {IMarketplace} from "./IMarketplace.sol";
import {IModelRegistry} from "./IModelRegistry.sol";
import {IPool} from "./IPool.sol";
import {IProviderRegistry} from "./IProviderRegistry.sol";
import {IRouters} from "./IRouters.sol";
import {ISessionReads} from "./ISessionReads.sol";
import {ISessions} from "./ISessions.sol";
import {IStakes} from "./IStakes.sol";

/// @title The whole surface of the diamond, the one type clients use.
// solhint-disable-next-line no-empty-blocks
interface IYellowstone is
    ICommonErrors,
    IDiamond,
    IAccess,
    IDelegation,
    IProviderRegistry,
    IModelRegistry,
    IMarketplace,
    IStakes,
    IPool,
    ISessions,
    ISessionReads,
    IClaims,
    IKeys,
    IAttestations,
    IRouters,
    IAccessDays,
    IDayBooks,
    IChallenges
{}
