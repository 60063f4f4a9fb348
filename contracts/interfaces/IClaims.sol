// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

/// @title Claims: what providers take out.
interface IClaims {
    /// @notice Session credits were paid [MOR-wei]; `leftMor` is vested and waits for the guard or `maxMor`.
    event SessionCreditsClaimed(address indexed provider, address indexed payout, uint128 paidMor, uint128 leftMor);
    /// @notice Direct earnings that waited in escrow were paid [MOR-wei].
    event DirectWithdrawn(address indexed provider, address indexed payout, uint128 amountMor);

    /// @notice Nothing is vested; the next UTC day with credits is `nextDay`, 0 = none.
    error NothingVested(address provider, uint24 nextDay);
    /// @notice Nothing waits in escrow.
    error NothingInEscrow(address provider);

    /// @notice Pays vested session credits to the provider's payout address, at most `maxMor` and what the guard lets
    /// out; the rest stays owed. Walks at most 64 days a call. Anyone.
    /// @return paidMor What was paid [MOR-wei], 0 if the guard lets nothing out now.
    function claimSessionCredits(address provider, uint128 maxMor) external returns (uint128 paidMor);

    /// @notice Pays direct earnings that could not be delivered to the provider's payout address. Anyone.
    function withdrawDirect(address provider) external returns (uint128 amountMor);

    /// @notice Session credits of a provider: vested and unpaid, not vested yet (open sessions in full) [MOR-wei].
    function getSessionCredits(address provider) external view returns (uint128 vestedMor, uint128 unvestedMor);

    /// @notice Direct earnings of a provider that wait in escrow [MOR-wei].
    function getDirectOwed(address provider) external view returns (uint128);
}
