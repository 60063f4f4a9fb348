import { requireNaturals } from './math.js';
import { DAY_SECONDS, HOUR_SECONDS } from './units.js';

/** Shortest time between unstaking and withdrawing [s], 12 hours (DESIGN 4). */
export const UNSTAKE_NOTICE_SECONDS = 12n * HOUR_SECONDS;

/** Unstaked MOR that waits for a midnight. */
export interface PendingStake {
  /** UTC midnight from which on it can be withdrawn [s]. */
  readonly maturesAt: bigint;
  /** [MOR-wei] */
  readonly amountMor: bigint;
}

/** First UTC midnight [s] that is at least 12 hours after `timestamp`: rounded up to a whole day (DESIGN 4). */
export function maturesAt(timestamp: bigint): bigint {
  requireNaturals({ timestamp });
  return ((timestamp + UNSTAKE_NOTICE_SECONDS + DAY_SECONDS - 1n) / DAY_SECONDS) * DAY_SECONDS;
}

/** Adds an unstaked amount to its midnight; an old one is never delayed (DESIGN 4). Exact. */
export function addPending(
  pending: readonly PendingStake[],
  unstake: { readonly amountMor: bigint; readonly now: bigint },
): readonly PendingStake[] {
  requireNaturals({ amountMor: unstake.amountMor });
  const midnight = maturesAt(unstake.now);
  const others = pending.filter((entry) => entry.maturesAt !== midnight);
  const sameMor = pending
    .filter((entry) => entry.maturesAt === midnight)
    .reduce((sum, entry) => sum + entry.amountMor, 0n);
  return [...others, { maturesAt: midnight, amountMor: sameMor + unstake.amountMor }];
}

/** Splits what is due at a moment from what has to wait (DESIGN 4). Exact. */
export function withdrawPending(
  pending: readonly PendingStake[],
  now: bigint,
): { readonly pending: readonly PendingStake[]; readonly paidMor: bigint } {
  const due = pending.filter((entry) => entry.maturesAt <= now);
  return {
    pending: pending.filter((entry) => entry.maturesAt > now),
    paidMor: due.reduce((sum, entry) => sum + entry.amountMor, 0n),
  };
}
