// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Owner, guardian, pauses.
interface IAccess {
    /// @notice The owner changed.
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);
    /// @notice A new owner was named and must accept.
    event OwnershipTransferStarted(address indexed owner, address indexed newOwner);
    /// @notice The guardian changed.
    event GuardianUpdated(address indexed previousGuardian, address indexed newGuardian);
    /// @notice Entries are paused until `until` [s]; `operations` is a mask of `OP_` bits.
    event Paused(address indexed account, uint256 operations, uint40 until);
    /// @notice A pause was ended early.
    event Unpaused(address indexed account, uint256 operations);

    /// @notice Owner only.
    error OwnableUnauthorizedAccount(address account);
    /// @notice Only the named new owner can accept.
    error NotPendingOwner(address account, address pendingOwner);
    /// @notice Guardian only.
    error NotGuardian(address account, address guardian);
    /// @notice The last pause is less than 72 h over.
    error PauseTooSoon(uint256 timestamp, uint256 allowedFrom);
    /// @notice The mask is empty or has bits that are no entry.
    error PauseMaskInvalid(uint256 operations, uint256 allOperations);
    /// @notice Nothing is paused.
    error NotPaused();

    /// @notice Names the next owner, who must accept; the zero address takes an offer back. Owner only.
    function transferOwnership(address newOwner) external;

    /// @notice Takes ownership over. Named new owner only.
    function acceptOwnership() external;

    /// @notice Sets the guardian; the zero address = none. Owner only.
    function setGuardian(address newGuardian) external;

    /// @notice Pauses entries for 72 h, at the earliest 72 h after the last pause. Guardian only.
    /// @param operations Mask of OP_REGISTER (1), OP_BID (2), OP_OPEN (4), OP_COMMIT (8).
    function pause(uint256 operations) external;

    /// @notice Ends a pause early. Guardian or owner.
    function unpause() external;

    /// @notice The owner.
    function owner() external view returns (address);

    /// @notice The named next owner.
    function pendingOwner() external view returns (address);

    /// @notice The guardian.
    function guardian() external view returns (address);

    /// @notice Paused entries now, when that ends [s], and when a next pause is possible [s].
    function pauseState() external view returns (uint256 operations, uint40 until, uint40 nextPauseAt);
}
