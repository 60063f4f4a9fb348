// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAccess} from "../interfaces/IAccess.sol";
import {AccessStorage} from "../storage/AccessStorage.sol";

/// @title Owner and guardian.
library Access {
    function owner() internal view returns (address) {
        return AccessStorage.load().owner;
    }

    function pendingOwner() internal view returns (address) {
        return AccessStorage.load().pendingOwner;
    }

    function guardian() internal view returns (address) {
        return AccessStorage.load().guardian;
    }

    function requireOwner(address account) internal view {
        if (account != owner()) revert IAccess.OwnableUnauthorizedAccount(account);
    }

    function requireGuardian(address account) internal view {
        if (account != guardian()) revert IAccess.NotGuardian(account, guardian());
    }

    function requireGuardianOrOwner(address account) internal view {
        if (account != guardian() && account != owner()) revert IAccess.NotGuardian(account, guardian());
    }

    /// @dev For the construction only.
    function setOwner(address newOwner) internal {
        AccessStorage.Layout storage $ = AccessStorage.load();
        emit IAccess.OwnershipTransferred($.owner, newOwner);
        $.owner = newOwner;
        delete $.pendingOwner;
    }

    function offer(address newOwner) internal {
        AccessStorage.Layout storage $ = AccessStorage.load();
        $.pendingOwner = newOwner;
        emit IAccess.OwnershipTransferStarted($.owner, newOwner);
    }

    function accept(address account) internal {
        AccessStorage.Layout storage $ = AccessStorage.load();
        if (account != $.pendingOwner) revert IAccess.NotPendingOwner(account, $.pendingOwner);
        setOwner(account);
    }

    function setGuardian(address newGuardian) internal {
        AccessStorage.Layout storage $ = AccessStorage.load();
        emit IAccess.GuardianUpdated($.guardian, newGuardian);
        $.guardian = newGuardian;
    }
}
