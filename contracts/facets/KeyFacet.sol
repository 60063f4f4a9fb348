// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IKeys} from "../interfaces/IKeys.sol";
import {Keys} from "../libraries/Keys.sol";
import {OP_REGISTER} from "../libraries/Pause.sol";
import {SigningKey} from "../types/SigningKey.sol";
import {FacetBase} from "./FacetBase.sol";

/// @title Plain keys of users, providers and routers.
contract KeyFacet is IKeys, FacetBase {
    /// @inheritdoc IKeys
    function registerKey(
        address key,
        uint40 validUntil,
        bytes calldata keySignature
    ) external whenNotPaused(OP_REGISTER) {
        Keys.register(msg.sender, key, validUntil, keySignature);
    }

    /// @inheritdoc IKeys
    function revokeKey(address key) external {
        Keys.revoke(msg.sender, key);
    }

    /// @inheritdoc IKeys
    function getKey(address key) external view returns (SigningKey memory) {
        return Keys.get(key);
    }

    /// @inheritdoc IKeys
    function isKeyGood(address key, address owner, uint24 day) external view returns (bool) {
        return Keys.isGood(key, owner, day);
    }
}
