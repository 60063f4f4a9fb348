// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {MAX_DEADLINE_SECONDS} from "./math/Units.sol";
import {BoundedCalls} from "./BoundedCalls.sol";
import {Delegation} from "./Delegation.sol";

/// @title EIP-712 messages: digest, deadline, signer.
library Signatures {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant NAME_HASH = keccak256("Yellowstone");
    bytes32 private constant VERSION_HASH = keccak256("1");

    /// @dev Digest of a message for this chain and diamond.
    function digest(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain = keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH, block.chainid, address(this)));
        return MessageHashUtils.toTypedDataHash(domain, structHash);
    }

    /// @dev A deadline lies ahead, at most 24 h.
    function requireDeadline(uint256 deadline) internal view {
        if (block.timestamp > deadline) revert ICommonErrors.DeadlinePassed(deadline, block.timestamp);
        uint256 latest = block.timestamp + MAX_DEADLINE_SECONDS;
        if (deadline > latest) revert ICommonErrors.DeadlineTooFar(deadline, latest);
    }

    /// @dev Signed by the account, by its delegate, or valid for the account as a contract wallet (ERC-1271).
    /// One form of signature is accepted: 65 bytes, low s, v 27 or 28.
    function requireSigner(
        address account,
        bytes32 rights,
        bytes32 messageDigest,
        bytes calldata signature
    ) internal view {
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(messageDigest, signature);
        bool isRecovered = problem == ECDSA.RecoverError.NoError;
        if (isRecovered && signer == account) return;
        if (account.code.length > 0 && _isValidForWallet(account, messageDigest, signature)) return;
        if (isRecovered && Delegation.isDelegate(signer, account, rights)) return;
        revert ICommonErrors.SignatureInvalid(account, messageDigest);
    }

    /// @dev Signed by a plain key.
    function requireKey(address key, bytes32 messageDigest, bytes calldata signature) internal pure {
        if (key == address(0) || keyOf(messageDigest, signature) != key) {
            revert ICommonErrors.SignatureInvalid(key, messageDigest);
        }
    }

    /// @dev The plain key that signed; the zero address for a signature of another form than above.
    function keyOf(bytes32 messageDigest, bytes calldata signature) internal pure returns (address key) {
        (key, , ) = ECDSA.tryRecover(messageDigest, signature);
    }

    function _isValidForWallet(
        address wallet,
        bytes32 messageDigest,
        bytes calldata signature
    ) private view returns (bool) {
        (bool ok, bytes32 word) = BoundedCalls.firstWord(
            wallet,
            abi.encodeCall(IERC1271.isValidSignature, (messageDigest, signature))
        );
        return ok && word == bytes32(IERC1271.isValidSignature.selector);
    }
}
