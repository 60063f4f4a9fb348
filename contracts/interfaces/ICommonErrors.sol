// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Errors that many facets share.
interface ICommonErrors {
    /// @notice A value that must not be zero is zero.
    error ZeroValue(bytes32 name);
    /// @notice A number is larger than its storage.
    error ValueTooLarge(uint256 value, uint256 limit);
    /// @notice A number lies outside its range.
    error ValueOutOfRange(bytes32 name, uint256 value, uint256 min, uint256 max);
    /// @notice The token moved another amount than asked for.
    error TokenAmountMismatch(uint256 received, uint256 expected);
    /// @notice A bucket of the Treasury holds less than asked for.
    error BucketTooLow(uint8 bucket, uint256 actualMor, uint256 neededMor);
    /// @notice This entry is paused; exits never are.
    error OperationPaused(uint256 operation, uint256 until);
    /// @notice A signed deadline has passed.
    error DeadlinePassed(uint256 deadline, uint256 timestamp);
    /// @notice A signed deadline lies more than 24 h ahead.
    error DeadlineTooFar(uint256 deadline, uint256 latest);
    /// @notice The signature is not by the account or somebody it trusts.
    error SignatureInvalid(address account, bytes32 digest);
}
