// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {BookHashes} from "../libraries/BookHashes.sol";
import {SumTree} from "../libraries/math/SumTree.sol";
import {Answer, ProviderReceipt, RequestForCompute, Ticket, UsageReport} from "../types/Answer.sol";
import {ProviderLeaf, SumNode} from "../types/DayBook.sol";

/// @title Sum trees and the hashes of day books, one call each, for tests against the reference model.
contract ComputeHarness {
    function fold(
        bytes32 leafHash,
        uint256 leafMor,
        uint256 index,
        SumNode[] calldata siblings
    ) external pure returns (bytes32 root, uint256 sumMor, uint256 leftMor) {
        return SumTree.fold(leafHash, leafMor, index, siblings);
    }

    // --- Digests

    function hashRequestForCompute(RequestForCompute calldata rfc) external view returns (bytes32) {
        return BookHashes.hash(rfc);
    }

    function hashTicket(Ticket calldata ticket) external view returns (bytes32) {
        return BookHashes.hash(ticket);
    }

    function hashProviderReceipt(ProviderReceipt calldata receipt) external view returns (bytes32) {
        return BookHashes.hash(receipt);
    }

    function hashUsageReport(UsageReport calldata report) external view returns (bytes32) {
        return BookHashes.hash(report);
    }

    // --- Leaves

    function contextOf(address router, uint24 day) external view returns (bytes32) {
        return BookHashes.contextOf(router, day);
    }

    function providerLeafOf(bytes32 context, ProviderLeaf calldata leaf) external pure returns (bytes32) {
        return BookHashes.leafOf(context, leaf);
    }

    /// @dev The leaf of an answer as a challenge computes it.
    function answerLeafOf(bytes32 context, Answer calldata answer) external view returns (bytes32) {
        return BookHashes.leafOf(context, answer, BookHashes.digestsOf(answer));
    }

    function digestsOf(Answer calldata answer) external view returns (BookHashes.Digests memory) {
        return BookHashes.digestsOf(answer);
    }
}
