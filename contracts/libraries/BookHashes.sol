// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Answer, ProviderReceipt, RequestForCompute, Ticket, UsageReport} from "../types/Answer.sol";
import {ProviderLeaf} from "../types/DayBook.sol";
import {Signatures} from "./Signatures.sol";

/// @title Digests of the messages behind an answer, and leaves of day books.
library BookHashes {
    bytes32 internal constant CONTEXT_TYPEHASH = keccak256(
        "DayBookContext(uint256 chainId,address diamond,address router,uint24 day)"
    );
    bytes32 internal constant PROVIDER_LEAF_TYPEHASH = keccak256(
        "ProviderLeaf(address provider,uint128 dayMor,bytes32 receiptsRoot)"
    );
    bytes32 internal constant RECEIPT_LEAF_TYPEHASH = keccak256(
        "ReceiptLeaf(bytes32 rfcId,bytes32 ticketId,bytes32 receiptId,bytes32 reportId,bytes32 signaturesHash,"
        "uint64 tokens,uint128 pricePerTokenMor,uint128 amountMor,uint128 runningMor,uint32 runningNumber)"
    );
    bytes32 internal constant RFC_TYPEHASH = keccak256(
        "RequestForCompute(address user,address router,bytes32 modelId,uint64 tokenMax,bytes32 sessionKey,"
        "uint256 nonce,uint24 day,uint40 deadline)"
    );
    bytes32 internal constant TICKET_TYPEHASH = keccak256(
        "Ticket(bytes32 rfcId,bytes32 sessionKey,address provider,bytes32 bidId,bytes32 modelId,uint64 tokenMax,"
        "uint128 pricePerTokenMor,uint24 day,uint40 deadline)"
    );
    bytes32 internal constant RECEIPT_TYPEHASH = keccak256(
        "ProviderReceipt(bytes32 rfcId,bytes32 requestHash,bytes32 responseHash,uint64 tokens,uint32 durationMs,"
        "uint32 ttftMs)"
    );
    bytes32 internal constant REPORT_TYPEHASH = keccak256(
        "UsageReport(bytes32 rfcId,address router,uint24 day,uint64 tokens,uint32 durationMs,uint8 verdict)"
    );

    /// @dev What the four messages sign.
    struct Digests {
        bytes32 rfcId;
        bytes32 ticketId;
        bytes32 receiptId;
        bytes32 reportId;
    }

    /// @dev Binds a tree to chain, diamond, router and day.
    function contextOf(address router, uint24 day) internal view returns (bytes32) {
        return keccak256(abi.encode(CONTEXT_TYPEHASH, block.chainid, address(this), router, day));
    }

    /// @dev Hashed twice, so that no inner node is a leaf.
    function leafOf(bytes32 context, ProviderLeaf calldata leaf) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encodePacked(
                    keccak256(
                        abi.encode(context, PROVIDER_LEAF_TYPEHASH, leaf.provider, leaf.dayMor, leaf.receiptsRoot)
                    )
                )
            );
    }

    /// @dev Hashed twice, so that no inner node is a leaf.
    function leafOf(bytes32 context, Answer calldata answer, Digests memory digests) internal pure returns (bytes32) {
        bytes memory messages = abi.encode(context, RECEIPT_LEAF_TYPEHASH, digests, _signaturesHash(answer));
        bytes memory amounts = abi.encode(
            answer.tokens,
            answer.pricePerTokenMor,
            answer.amountMor,
            answer.runningMor,
            answer.runningNumber
        );
        return keccak256(abi.encodePacked(keccak256(bytes.concat(messages, amounts))));
    }

    function digestsOf(Answer calldata answer) internal view returns (Digests memory) {
        return
            Digests({
                rfcId: hash(answer.rfc),
                ticketId: hash(answer.ticket),
                receiptId: hash(answer.receipt),
                reportId: hash(answer.report)
            });
    }

    function hash(RequestForCompute calldata rfc) internal view returns (bytes32) {
        return Signatures.digest(keccak256(abi.encode(RFC_TYPEHASH, rfc)));
    }

    function hash(Ticket calldata ticket) internal view returns (bytes32) {
        return Signatures.digest(keccak256(abi.encode(TICKET_TYPEHASH, ticket)));
    }

    function hash(ProviderReceipt calldata receipt) internal view returns (bytes32) {
        return Signatures.digest(keccak256(abi.encode(RECEIPT_TYPEHASH, receipt)));
    }

    function hash(UsageReport calldata report) internal view returns (bytes32) {
        return Signatures.digest(keccak256(abi.encode(REPORT_TYPEHASH, report)));
    }

    function _signaturesHash(Answer calldata answer) private pure returns (bytes32) {
        return
            keccak256(
                abi.encodePacked(
                    keccak256(answer.rfcSignature),
                    keccak256(answer.ticketSignature),
                    keccak256(answer.receiptSignature),
                    keccak256(answer.reportSignature)
                )
            );
    }
}
