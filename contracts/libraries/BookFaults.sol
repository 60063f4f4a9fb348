// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Answer, Fault} from "../types/Answer.sol";
import {Bid, Unit} from "../types/Bid.sol";
import {Day} from "../types/Day.sol";
import {ProviderLeaf} from "../types/DayBook.sol";
import {ModelId} from "../types/Ids.sol";
import {Purpose} from "../types/Stake.sol";
import {AccessMath} from "./math/AccessMath.sol";
import {Bids} from "./Bids.sol";
import {BookHashes} from "./BookHashes.sol";
import {Keys} from "./Keys.sol";
import {Pool} from "./Pool.sol";
import {Routers} from "./Routers.sol";
import {Signatures} from "./Signatures.sol";
import {Stakes} from "./Stakes.sol";

/// @title What the chain judges of a credited answer: messages, keys, bids and stake of its day, all of them history
/// that nobody can change afterwards, so that an honest router cannot be hurt.
library BookFaults {
    /// @dev The first fault of an answer that stands in the book of a router and day under a provider's leaf.
    function ofAnswer(
        address router,
        uint24 day,
        address provider,
        Answer calldata answer,
        BookHashes.Digests memory digests
    ) internal view returns (Fault fault) {
        fault = _ofAmounts(answer);
        if (fault == Fault.None) fault = _ofNames(router, day, provider, answer, digests.rfcId);
        if (fault == Fault.None) fault = _ofBid(provider, answer);
        if (fault == Fault.None) fault = _ofKeys(router, day, provider, answer, digests);
        if (fault == Fault.None) fault = _ofRunning(router, day, answer);
    }

    /// @dev The fault of two answers that stand at different places of one book.
    function ofPair(
        Answer calldata first,
        Answer calldata second,
        bytes32 firstRfcId,
        bytes32 secondRfcId
    ) internal pure returns (Fault) {
        if (firstRfcId == secondRfcId) return Fault.RequestTwice;
        if (first.rfc.user != second.rfc.user || first.runningNumber > second.runningNumber) return Fault.None;
        uint256 leastMor = uint256(first.runningMor) + second.amountMor;
        return second.runningMor < leastMor ? Fault.RunningTooLow : Fault.None;
    }

    /// @dev The fault of two leaves, one left of the other, next to it or not, so that empty places between them hide
    /// nothing: rising amounts, falling addresses at a tie, one provider twice.
    function ofOrder(ProviderLeaf calldata left, ProviderLeaf calldata right) internal pure returns (Fault) {
        if (left.dayMor > right.dayMor && left.provider != right.provider) return Fault.None;
        if (left.dayMor == right.dayMor && left.provider < right.provider) return Fault.None;
        return Fault.ProvidersOutOfOrder;
    }

    // --- Inside

    function _ofAmounts(Answer calldata answer) private pure returns (Fault) {
        if (answer.amountMor == 0) return Fault.AmountIsZero;
        if (answer.tokens > answer.ticket.tokenMax) return Fault.TokensTooHigh;
        if (answer.tokens > answer.receipt.tokens || answer.tokens > answer.report.tokens) return Fault.TokensTooHigh;
        if (uint256(answer.tokens) * answer.pricePerTokenMor != answer.amountMor) return Fault.AmountWrong;
        if (answer.pricePerTokenMor > answer.ticket.pricePerTokenMor) return Fault.PriceTooHigh;
        return answer.runningMor < answer.amountMor ? Fault.RunningTooLow : Fault.None;
    }

    function _ofNames(
        address router,
        uint24 day,
        address provider,
        Answer calldata answer,
        bytes32 rfcId
    ) private pure returns (Fault) {
        if (answer.rfc.router != router || answer.report.router != router) return Fault.OtherRouter;
        if (answer.rfc.day != day || answer.ticket.day != day || answer.report.day != day) return Fault.OtherDay;
        if (answer.ticket.provider != provider) return Fault.OtherProvider;
        if (answer.ticket.rfcId != rfcId || answer.receipt.rfcId != rfcId) return Fault.OtherRequest;
        if (answer.report.rfcId != rfcId) return Fault.OtherRequest;
        if (answer.ticket.tokenMax > answer.rfc.tokenMax) return Fault.TokensTooHigh;
        if (answer.ticket.sessionKey != answer.rfc.sessionKey) return Fault.OtherRequest;
        return _equal(answer.ticket.modelId, answer.rfc.modelId) ? Fault.None : Fault.OtherModel;
    }

    /// @dev The price of a bid never changes under its id; whether it was active is for the router to know.
    function _ofBid(address provider, Answer calldata answer) private view returns (Fault) {
        Bid storage bid = Bids.get(answer.ticket.bidId);
        if (bid.createdAt == 0 || bid.unit != Unit.Token || bid.provider != provider) return Fault.OtherBid;
        if (!_equal(bid.modelId, answer.ticket.modelId)) return Fault.OtherModel;
        return answer.pricePerTokenMor > bid.priceMor ? Fault.PriceTooHigh : Fault.None;
    }

    function _ofKeys(
        address router,
        uint24 day,
        address provider,
        Answer calldata answer,
        BookHashes.Digests memory digests
    ) private view returns (Fault) {
        address user = answer.rfc.user;
        bool isSigned =
            _isSigned(user, day, digests.rfcId, answer.rfcSignature) &&
                _isSigned(router, day, digests.ticketId, answer.ticketSignature) &&
                _isSigned(provider, day, digests.receiptId, answer.receiptSignature) &&
                _isSigned(user, day, digests.reportId, answer.reportSignature);
        return isSigned ? Fault.None : Fault.SignatureInvalid;
    }

    /// @dev Counted stake of a day that is over only ever was higher, so what was within the cap stays within it.
    function _ofRunning(address router, uint24 day, Answer calldata answer) private view returns (Fault) {
        Day memory snapshot = Pool.snapshotOf(day);
        uint256 capMor = AccessMath.capDown(
            snapshot.budgetMor,
            Stakes.countedOf(answer.rfc.user, Purpose.Access, day),
            Routers.shareOf(router, day),
            snapshot.supplyMor
        );
        return answer.runningMor > capMor ? Fault.RunningAboveCap : Fault.None;
    }

    function _isSigned(
        address owner,
        uint24 day,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool) {
        return Keys.isGood(Signatures.keyOf(digest, signature), owner, day);
    }

    function _equal(ModelId first, ModelId second) private pure returns (bool) {
        return ModelId.unwrap(first) == ModelId.unwrap(second);
    }
}
