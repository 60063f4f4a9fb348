import { type CountedStake, NO_COUNTED_STAKE, rollToDay } from './counted-stake.js';
import { allowanceMor, remainingMor } from './day.js';
import { ProtocolError } from './errors.js';
import { min, requireNaturals, saturatingSub } from './math.js';

/** One person's stake for one purpose (DESIGN 4). */
export interface StakeAccount extends CountedStake {
  /** Charged to the allowance of `day` [MOR-wei]. */
  readonly usedMor: bigint;
}

/** Nothing staked, never touched. */
export const EMPTY_STAKE_ACCOUNT: StakeAccount = { ...NO_COUNTED_STAKE, usedMor: 0n };

/**
 * The account as it is on a day: checkpoints written, nothing used yet if the day is new (DESIGN 4).
 * @throws TIME_BACKWARDS if the day lies before the last touch.
 */
export function touchAccount(account: StakeAccount, day: bigint): StakeAccount {
  const rolled = rollToDay(account, day);
  return rolled === account ? account : { ...rolled, usedMor: 0n };
}

/**
 * Adds stake, active at once. What counts today rises to the active stake, by `headroomMor` at most; the rest counts
 * from the next day on (DESIGN 3.2, 4). Exact.
 * @param change.headroomMor the day's supply less what both purposes count already, undefined if the day is not open
 * @returns the account and by how much its counted stake of today rose [MOR-wei]; the total rises by the same.
 * @throws TIME_BACKWARDS; NEGATIVE_NUMBER.
 */
export function addStake(
  account: StakeAccount,
  change: { readonly amountMor: bigint; readonly day: bigint; readonly headroomMor: bigint | undefined },
): { readonly account: StakeAccount; readonly riseMor: bigint } {
  requireNaturals({ amountMor: change.amountMor });
  const today = touchAccount(account, change.day);
  const activeMor = today.activeMor + change.amountMor;
  const wantedMor = saturatingSub(activeMor, today.highestMor);
  const riseMor = min(wantedMor, change.headroomMor ?? wantedMor);
  return { account: { ...today, activeMor, highestMor: today.highestMor + riseMor }, riseMor };
}

/**
 * Takes stake out of use at once; what counts today stays (DESIGN 4). Exact.
 * @throws STAKE_TOO_LOW if more than is active; TIME_BACKWARDS; NEGATIVE_NUMBER.
 */
export function removeStake(
  account: StakeAccount,
  change: { readonly amountMor: bigint; readonly day: bigint },
): StakeAccount {
  const { amountMor, day } = change;
  requireNaturals({ amountMor });
  const today = touchAccount(account, day);
  if (amountMor > today.activeMor) {
    throw new ProtocolError('STAKE_TOO_LOW', { amountMor, activeMor: today.activeMor });
  }
  return { ...today, activeMor: today.activeMor - amountMor };
}

/** The stake that new use of a day is measured against [MOR-wei]: active now, and counted today (DESIGN 4). */
export function usableStakeMor(account: StakeAccount, day: bigint): bigint {
  const today = touchAccount(account, day);
  return min(today.activeMor, today.highestMor);
}

/** Money of a day that stakes share. */
export interface DayShare {
  readonly day: bigint;
  readonly budgetMor: bigint;
  readonly supplyMor: bigint;
}

/** What is left of the account's allowance of a day [MOR-wei], rounded down (DESIGN 4). */
export function accountRemainingMor(account: StakeAccount, share: DayShare): bigint {
  const today = touchAccount(account, share.day);
  const allowance = allowanceMor(share.budgetMor, usableStakeMor(today, share.day), share.supplyMor);
  return remainingMor(allowance, today.usedMor);
}

/**
 * Charges a cost to the day's allowance (DESIGN 4). Exact.
 * @throws ALLOWANCE_EXCEEDED above what is left; TIME_BACKWARDS; NEGATIVE_NUMBER.
 */
export function chargeAccount(account: StakeAccount, costMor: bigint, share: DayShare): StakeAccount {
  requireNaturals({ costMor });
  const remaining = accountRemainingMor(account, share);
  if (costMor > remaining) throw new ProtocolError('ALLOWANCE_EXCEEDED', { costMor, remainingMor: remaining });
  const today = touchAccount(account, share.day);
  return { ...today, usedMor: today.usedMor + costMor };
}

/**
 * Gives the unused part of a cost back to the allowance, if it was charged to the same day; otherwise that day's
 * allowance is gone and nothing changes (DESIGN 4, 5). Exact.
 * @throws USE_TOO_LOW if more than was used; TIME_BACKWARDS; NEGATIVE_NUMBER.
 */
export function giveBackToAccount(
  account: StakeAccount,
  change: { readonly amountMor: bigint; readonly chargedDay: bigint; readonly day: bigint },
): StakeAccount {
  const { amountMor, chargedDay, day } = change;
  requireNaturals({ amountMor });
  const today = touchAccount(account, day);
  if (chargedDay !== day) return today;
  if (amountMor > today.usedMor) throw new ProtocolError('USE_TOO_LOW', { amountMor, usedMor: today.usedMor });
  return { ...today, usedMor: today.usedMor - amountMor };
}
