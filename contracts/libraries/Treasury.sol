// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ICommonErrors} from "../interfaces/ICommonErrors.sol";
import {TreasuryStorage} from "../storage/TreasuryStorage.sol";
import {TreasuryBucket} from "../types/TreasuryBucket.sol";

/// @title Every MOR in the diamond belongs to exactly one bucket. No formula that pays anybody reads a balance.
library Treasury {
    using SafeERC20 for IERC20;
    using SafeCast for uint256;

    function mor() internal view returns (address) {
        return TreasuryStorage.load().mor;
    }

    /// @dev For the construction only.
    function setMor(address newMor) internal {
        TreasuryStorage.load().mor = newMor;
    }

    /// @dev MOR in a bucket [MOR-wei].
    function balanceOf(TreasuryBucket bucket) internal view returns (uint128) {
        TreasuryStorage.Layout storage $ = TreasuryStorage.load();
        return bucket == TreasuryBucket.Pool ? $.poolMor : $.bucketsMor[uint8(bucket)];
    }

    /// @dev All buckets [MOR-wei].
    function balances() internal view returns (uint128[] memory bucketsMor) {
        bucketsMor = new uint128[](TreasuryStorage.load().bucketsMor.length);
        for (uint256 i = 0; i < bucketsMor.length; ++i) {
            bucketsMor[i] = balanceOf(TreasuryBucket(i));
        }
    }

    /// @dev MOR that arrived by plain transfer and is in no bucket [MOR-wei].
    function unaccounted() internal view returns (uint256) {
        TreasuryStorage.Layout storage $ = TreasuryStorage.load();
        uint256 held = IERC20($.mor).balanceOf(address(this));
        uint256 known = $.poolMor;
        for (uint256 i = 0; i < $.bucketsMor.length; ++i) {
            known += $.bucketsMor[i];
        }
        return held > known ? held - known : 0;
    }

    /// @dev Books MOR that is in the diamond already into a bucket.
    function book(TreasuryBucket bucket, uint128 amountMor) internal {
        TreasuryStorage.Layout storage $ = TreasuryStorage.load();
        if (bucket == TreasuryBucket.Pool) $.poolMor = (uint256($.poolMor) + amountMor).toUint96();
        else $.bucketsMor[uint8(bucket)] += amountMor;
    }

    /// @dev Moves MOR from one bucket to another.
    function move(TreasuryBucket from, TreasuryBucket to, uint128 amountMor) internal {
        _take(from, amountMor);
        book(to, amountMor);
    }

    /// @dev Pulls MOR from a wallet into a bucket; refuses a token that moves another amount.
    function pull(TreasuryBucket bucket, address from, uint128 amountMor) internal {
        if (amountMor == 0) return;
        book(bucket, amountMor);
        IERC20 token = IERC20(mor());
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amountMor);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amountMor) revert ICommonErrors.TokenAmountMismatch(received, amountMor);
    }

    /// @dev Pays MOR out of a bucket.
    function push(TreasuryBucket bucket, address to, uint128 amountMor) internal {
        if (amountMor == 0) return;
        _take(bucket, amountMor);
        IERC20(mor()).safeTransfer(to, amountMor);
    }

    /// @dev Pays MOR out of a bucket, or leaves it there if the transfer fails.
    function tryPush(TreasuryBucket bucket, address to, uint128 amountMor) internal returns (bool isPaid) {
        if (amountMor == 0) return true;
        _take(bucket, amountMor);
        isPaid = IERC20(mor()).trySafeTransfer(to, amountMor);
        if (!isPaid) book(bucket, amountMor);
    }

    function _take(TreasuryBucket bucket, uint128 amountMor) private {
        TreasuryStorage.Layout storage $ = TreasuryStorage.load();
        uint128 held = balanceOf(bucket);
        if (held < amountMor) revert ICommonErrors.BucketTooLow(uint8(bucket), held, amountMor);
        if (bucket == TreasuryBucket.Pool) $.poolMor = uint96(held - amountMor);
        else $.bucketsMor[uint8(bucket)] = held - amountMor;
    }
}
