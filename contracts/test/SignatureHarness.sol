// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BoundedCalls} from "../libraries/BoundedCalls.sol";
import {Delegation} from "../libraries/Delegation.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title Signatures, deadlines and calls to strangers.
contract SignatureHarness {
    function setRegistry(address registry) external {
        Delegation.setRegistry(registry);
    }

    function digest(bytes32 structHash) external view returns (bytes32) {
        return Signatures.digest(structHash);
    }

    function requireDeadline(uint256 deadline) external view {
        Signatures.requireDeadline(deadline);
    }

    function requireSigner(
        address account,
        bytes32 rights,
        bytes32 messageDigest,
        bytes calldata signature
    ) external view returns (uint256 gasUsed) {
        uint256 gasBefore = gasleft();
        Signatures.requireSigner(account, rights, messageDigest, signature);
        return gasBefore - gasleft();
    }

    function isDelegate(address delegate, address account, bytes32 rights) external view returns (bool) {
        return Delegation.isDelegate(delegate, account, rights);
    }

    function firstWord(
        address target,
        bytes memory data
    ) external view returns (bool ok, bytes32 word, uint256 gasUsed) {
        uint256 gasBefore = gasleft();
        (ok, word) = BoundedCalls.firstWord(target, data);
        gasUsed = gasBefore - gasleft();
    }
}
