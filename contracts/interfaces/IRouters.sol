// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import {RouterRules, RouterState, RouterView} from "../types/Router.sol";

/// @title Routers: admitted by the owner, bonded, held by the guardian.
interface IRouters {
    /// @notice The owner admitted a router.
    event RouterAdmitted(address indexed router);
    /// @notice A router's part of the budget changes from the UTC day `fromDay` on [bps].
    event RouterShareChanged(address indexed router, uint24 indexed fromDay, uint16 previousBps, uint16 newBps);
    /// @notice MOR went into a router's bond [MOR-wei].
    event RouterBonded(address indexed router, address indexed payer, uint128 amountMor, uint128 bondMor);
    /// @notice A router said that it leaves; its bond can leave from `withdrawableAt` [s] on.
    event RouterLeaving(address indexed router, uint40 withdrawableAt);
    /// @notice A router left with its bond [MOR-wei].
    event RouterLeft(address indexed router, uint128 amountMor);
    /// @notice A router is held: its books do not become final until the owner decides, at the latest at `until` [s].
    event RouterHeld(address indexed router, uint40 until);
    /// @notice The owner released a router after `heldSeconds`.
    event RouterReleased(address indexed router, uint40 heldSeconds);
    /// @notice A router is cancelled: books that are not final never will be.
    event RouterCancelled(address indexed router);
    /// @notice A fault was proven: the router commits nothing any more.
    event RouterSuspended(address indexed router);
    /// @notice Bond was taken [MOR-wei]: `rewardMor` went to `rewarded`, the rest into the pool.
    event RouterSlashed(
        address indexed router,
        uint128 amountMor,
        address indexed rewarded,
        uint128 rewardMor,
        bytes32 reason
    );
    /// @notice The rules that routers follow changed.
    event RouterRulesChanged(RouterRules previousRules, RouterRules newRules);
    /// @notice The first UTC day of the launch incentive changed; 0 = none.
    event LaunchDayChanged(uint24 previousDay, uint24 newDay);

    /// @notice The router may not do this in its state.
    error RouterNotAdmitted(address router, RouterState state);
    /// @notice The router is admitted already, or was suspended or cancelled and needs another address.
    error RouterNotAdmissible(address router, RouterState state);
    /// @notice There are as many routers as fit.
    error TooManyRouters(uint256 limit);
    /// @notice All shares together would pass 100 % [bps].
    error SharesTooHigh(uint256 totalBps, uint256 limitBps);
    /// @notice The router is held.
    error RouterHeldNow(address router, uint256 heldAt);
    /// @notice The router is not held.
    error RouterNotHeld(address router);
    /// @notice The router was released less than 7 days ago.
    error HoldTooSoon(uint256 timestamp, uint256 allowedFrom);
    /// @notice The router leaves already.
    error RouterLeavingAlready(address router, uint256 withdrawableAt);
    /// @notice The bond cannot leave yet; 0 = the router did not say that it leaves.
    error BondLocked(uint256 timestamp, uint256 withdrawableAt);
    /// @notice Day books that are not final need the bond [MOR-wei].
    error BondCoversBooks(uint256 openMor);
    /// @notice More should be slashed than there is [MOR-wei].
    error BondTooLow(uint256 bondMor, uint256 neededMor);
    /// @notice The launch began already.
    error LaunchStarted(uint24 launchDay);

    // --- Owner

    /// @notice Admits a router with a part of the budget from the next UTC day on [bps]. Owner only.
    function admitRouter(address router, uint16 shareBps) external;

    /// @notice Changes a router's part of the budget from the next UTC day on [bps]; all together at most 10,000.
    /// Owner only.
    function setRouterShare(address router, uint16 newShareBps) external;

    /// @notice Ends a hold and lets the router go on. Owner only.
    function releaseRouter(address router) external;

    /// @notice Ends a hold for the worse: books that are not final never will be. Owner only.
    function cancelRouter(address router) external;

    /// @notice Takes bond of a router into the pool [MOR-wei]. Owner only.
    function slashRouter(address router, uint128 amountMor, bytes32 reasonHash) external;

    /// @notice Sets the rules that routers follow off chain. Owner only.
    function setRouterRules(RouterRules calldata newRules) external;

    /// @notice Sets the first UTC day of the launch incentive, while it lies ahead; 0 = none. Owner only.
    function setLaunchDay(uint24 newDay) external;

    // --- Guardian

    /// @notice Holds a router: it may complete its running book, opens no new one, and nothing becomes final until
    /// the owner decides; undecided after 7 days it is cancelled. Guardian only.
    function holdRouter(address router) external;

    // --- Routers

    /// @notice Adds MOR of the caller to a router's bond [MOR-wei].
    function bondRouter(address router, uint128 amountMor) external;

    /// @notice Says that the calling router leaves: it opens no new book. Cannot be paused.
    function leaveRouter() external;

    /// @notice Pays the bond to a router that left 7 days ago and has no book that is not final. Anyone.
    /// @return amountMor What was paid [MOR-wei].
    function withdrawBond(address router) external returns (uint128 amountMor);

    // --- Reading

    /// @notice A router.
    function getRouter(address router) external view returns (RouterView memory);

    /// @notice All routers that were ever admitted.
    function getRouters() external view returns (RouterView[] memory);

    /// @notice A router's part of the budget of a UTC day [bps].
    function routerShare(address router, uint24 day) external view returns (uint16);

    /// @notice The rules that routers follow off chain.
    function getRouterRules() external view returns (RouterRules memory);

    /// @notice The first UTC day of the launch incentive; 0 = none.
    function getLaunchDay() external view returns (uint24);
}
