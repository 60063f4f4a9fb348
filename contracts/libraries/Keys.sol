// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {IKeys} from "../interfaces/IKeys.sol";
import {KeyStorage} from "../storage/KeyStorage.sol";
import {SigningKey} from "../types/SigningKey.sol";
import {DayMath} from "./math/DayMath.sol";
import {Signatures} from "./Signatures.sol";

/// @title Plain keys: one serves one owner, for ever, and its history never changes.
library Keys {
    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "KeyRegistration(address owner,address key,uint40 validUntil)"
    );
    /// @dev The longest that a key is registered ahead [s] (90 days).
    uint256 internal constant MAX_VALID_SECONDS = 7_776_000;

    function register(address owner, address key, uint40 validUntil, bytes calldata keySignature) internal {
        uint256 latest = block.timestamp + MAX_VALID_SECONDS;
        if (validUntil < block.timestamp || validUntil > latest) {
            revert ICommonErrors.ValueOutOfRange("validUntil", validUntil, block.timestamp, latest);
        }
        Signatures.requireKey(
            key,
            Signatures.digest(keccak256(abi.encode(REGISTRATION_TYPEHASH, owner, key, validUntil))),
            keySignature
        );
        SigningKey storage stored = KeyStorage.load().keys[key];
        SigningKey memory known = stored;
        uint24 today = DayMath.today();
        uint24 untilDay = DayMath.dayOf(validUntil);
        if (known.owner == address(0)) {
            (stored.owner, stored.fromDay) = (owner, today);
        } else {
            if (known.owner != owner) revert IKeys.KeyTaken(key, known.owner);
            if (known.revokedFromDay != 0) revert IKeys.KeyEnded(key, known.revokedFromDay - 1);
            // What was not good on a past day must not become good.
            if (known.untilDay < today) revert IKeys.KeyEnded(key, known.untilDay);
            // What was promised to be good must not become bad.
            if (untilDay < known.untilDay) {
                revert ICommonErrors.ValueOutOfRange("untilDay", untilDay, known.untilDay, DayMath.dayOf(latest));
            }
        }
        stored.untilDay = untilDay;
        emit IKeys.KeyRegistered(owner, key, untilDay);
    }

    function revoke(address owner, address key) internal {
        SigningKey storage stored = KeyStorage.load().keys[key];
        if (stored.owner != owner) revert IKeys.KeyNotFound(key, owner);
        if (stored.revokedFromDay != 0) revert IKeys.KeyEnded(key, stored.revokedFromDay - 1);
        uint24 fromDay = DayMath.today() + 1;
        stored.revokedFromDay = fromDay;
        emit IKeys.KeyRevoked(owner, key, fromDay);
    }

    function get(address key) internal view returns (SigningKey memory) {
        return KeyStorage.load().keys[key];
    }

    /// @dev True if messages of the key were good for the owner on a day.
    function isGood(address key, address owner, uint24 day) internal view returns (bool) {
        SigningKey memory known = get(key);
        if (known.owner != owner || owner == address(0)) return false;
        if (day < known.fromDay || day > known.untilDay) return false;
        return known.revokedFromDay == 0 || day < known.revokedFromDay;
    }
}
