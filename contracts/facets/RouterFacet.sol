// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRouters} from "../interfaces/IRouters.sol";
import {DayBooks} from "../libraries/DayBooks.sol";
import {Routers} from "../libraries/Routers.sol";
import {RouterRules, RouterView} from "../types/Router.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Routers.
contract RouterFacet is IRouters, FacetBase {
    // --- Owner

    /// @inheritdoc IRouters
    function admitRouter(address router, uint16 shareBps) external onlyOwner {
        Routers.admit(router, shareBps);
    }

    /// @inheritdoc IRouters
    function setRouterShare(address router, uint16 newShareBps) external onlyOwner {
        Routers.setShare(router, newShareBps);
    }

    /// @inheritdoc IRouters
    function releaseRouter(address router) external onlyOwner {
        Routers.release(router);
    }

    /// @inheritdoc IRouters
    function cancelRouter(address router) external onlyOwner {
        Routers.cancel(router);
    }

    /// @inheritdoc IRouters
    function slashRouter(address router, uint128 amountMor, bytes32 reasonHash) external onlyOwner nonReentrant {
        Routers.slash(router, amountMor, reasonHash);
    }

    /// @inheritdoc IRouters
    function setRouterRules(RouterRules calldata newRules) external onlyOwner {
        Routers.setRules(newRules);
    }

    /// @inheritdoc IRouters
    function setLaunchDay(uint24 newDay) external onlyOwner {
        Routers.setLaunchDay(newDay);
    }

    // --- Guardian

    /// @inheritdoc IRouters
    function holdRouter(address router) external onlyGuardian {
        Routers.hold(router);
    }

    // --- Routers

    /// @inheritdoc IRouters
    function bondRouter(address router, uint128 amountMor) external nonReentrant {
        Routers.bond(router, msg.sender, amountMor);
    }

    /// @inheritdoc IRouters
    function leaveRouter() external {
        Routers.leave(msg.sender);
    }

    /// @inheritdoc IRouters
    function withdrawBond(address router) external nonReentrant returns (uint128 amountMor) {
        DayBooks.settle(router);
        return Routers.withdraw(router);
    }

    // --- Reading

    /// @inheritdoc IRouters
    function getRouter(address router) external view nonReentrantView returns (RouterView memory) {
        return Routers.viewOf(router);
    }

    /// @inheritdoc IRouters
    function getRouters() external view nonReentrantView returns (RouterView[] memory views) {
        address[] memory accounts = Routers.accounts();
        views = new RouterView[](accounts.length);
        for (uint256 i = 0; i < views.length; ++i) {
            views[i] = Routers.viewOf(accounts[i]);
        }
    }

    /// @inheritdoc IRouters
    function routerShare(address router, uint24 day) external view returns (uint16) {
        return Routers.shareOf(router, day);
    }

    /// @inheritdoc IRouters
    function getRouterRules() external view returns (RouterRules memory) {
        return Routers.rules();
    }

    /// @inheritdoc IRouters
    function getLaunchDay() external view returns (uint24) {
        return Routers.launchDay();
    }
}
