import { ProtocolError } from './errors.js';
import { min } from './math.js';
import { DAY_SECONDS, dayOf } from './units.js';

/** How a session is paid: out of the pool by stake, or from the user's wallet through escrow. */
export type Payment = 'pool' | 'direct';
/** What the user says when closing. It counts from the user or the delegate only. */
export type Verdict = 'pass' | 'fail';
/** Who closes. `user` stands for the delegate as well. */
export type Closer = 'user' | 'provider' | 'anyone';

/** Codes of the payment kinds in signed messages and in the contract. */
export const PAYMENT_CODES = { pool: 0n, direct: 1n } as const satisfies Record<Payment, bigint>;

/** Shortest session [s], 5 minutes (DESIGN 5). */
export const MIN_SESSION_SECONDS = 300n;
/** Longest session [s], 24 hours (DESIGN 5). */
export const MAX_SESSION_SECONDS = DAY_SECONDS;
/** Longest time after opening in which a fail takes the pay back [s], 30 minutes (DESIGN 5). */
export const MAX_DISPUTE_WINDOW_SECONDS = 1_800n;
/** The dispute window is this part of the session: one tenth. */
const DISPUTE_WINDOW_DIVISOR = 10n;
/** Pool credits vest at the start of this day after the end. */
const VESTING_DAYS = 2n;

export interface SessionClose {
  /** Price of the bid [MOR-wei per s]. */
  readonly pricePerSecondMor: bigint;
  /** [s] */
  readonly openedAt: bigint;
  /** [s] */
  readonly durationSeconds: bigint;
  /** Time of the close [s]. */
  readonly now: bigint;
  readonly payment: Payment;
  readonly verdict: Verdict;
  readonly closer: Closer;
  /** The bit stored at opening: the user's session stake was larger than the provider's stake. */
  readonly userStakeExceededProviderStake: boolean;
}

/** Where the cost of a session goes [MOR-wei]. */
export interface SessionSettlement {
  /** Price x time served; 0 if the provider left within the dispute window. It weighs the statistics. */
  readonly earnedMor: bigint;
  /** What the provider gets: a pool credit that vests, or the direct payment. */
  readonly creditedMor: bigint;
  /** Out of escrow to the user; direct payment only. */
  readonly refundedMor: bigint;
  /** Back to the user's allowance of today; pool payment closed on the day of its opening only. */
  readonly backToAllowanceMor: bigint;
  /** The earned part that the pool keeps after a disputed fail; neither allowance nor budget get it. */
  readonly backToPoolMor: bigint;
}

/**
 * Refuses durations that no session can have.
 * @throws SESSION_DURATION_INVALID below 5 minutes or above 24 hours.
 */
export function requireSessionDuration(durationSeconds: bigint): void {
  if (durationSeconds >= MIN_SESSION_SECONDS && durationSeconds <= MAX_SESSION_SECONDS) return;
  throw new ProtocolError('SESSION_DURATION_INVALID', { durationSeconds });
}

/** Cost of a session [MOR-wei] = price x duration (DESIGN 5). Exact. */
export function sessionCostMor(pricePerSecondMor: bigint, durationSeconds: bigint): bigint {
  return pricePerSecondMor * durationSeconds;
}

/**
 * What was earned until now [MOR-wei] = price x (min(now, endsAt) - openedAt) (DESIGN 5). Exact.
 * @throws SESSION_NOT_OPEN_YET if `now` lies before `openedAt`.
 */
export function earnedMor(
  session: Pick<SessionClose, 'pricePerSecondMor' | 'openedAt' | 'durationSeconds' | 'now'>,
): bigint {
  const { pricePerSecondMor, openedAt, durationSeconds, now } = session;
  if (now < openedAt) throw new ProtocolError('SESSION_NOT_OPEN_YET', { now, openedAt });
  return pricePerSecondMor * (min(now, openedAt + durationSeconds) - openedAt);
}

/** Length of the dispute window [s] = the first tenth of the session, rounded down, at most 30 minutes (DESIGN 5). */
export function disputeWindowSeconds(durationSeconds: bigint): bigint {
  return min(durationSeconds / DISPUTE_WINDOW_DIVISOR, MAX_DISPUTE_WINDOW_SECONDS);
}

/** First day on which a pool credit can be claimed: the second after the end of the session, 24 to 48 h (DESIGN 5). */
export function vestDay(endedAt: bigint): bigint {
  return dayOf(endedAt) + VESTING_DAYS;
}

/**
 * Splits the cost of a session when it is closed (DESIGN 5). Exact. The dispute window includes its last second.
 * A pool session closed after the day of its opening only frees the unused reservation: none of the parts has it.
 * @throws SESSION_NOT_OPEN_YET before the opening; SESSION_NOT_ENDED if a stranger closes before the end.
 */
export function settleSession(session: SessionClose): SessionSettlement {
  const { pricePerSecondMor, openedAt, durationSeconds, now, payment, verdict, closer } = session;
  const servedMor = earnedMor(session);
  const endsAt = openedAt + durationSeconds;
  if (closer === 'anyone' && now < endsAt) throw new ProtocolError('SESSION_NOT_ENDED', { now, endsAt });

  const early = now - openedAt <= disputeWindowSeconds(durationSeconds);
  const providerLeft = early && closer === 'provider';
  const disputed =
    early && closer === 'user' && verdict === 'fail' && payment === 'pool' && session.userStakeExceededProviderStake;

  const earned = providerLeft ? 0n : servedMor;
  const unusedMor = sessionCostMor(pricePerSecondMor, durationSeconds) - earned;
  return {
    earnedMor: earned,
    creditedMor: disputed ? 0n : earned,
    refundedMor: payment === 'direct' ? unusedMor : 0n,
    backToAllowanceMor: payment === 'pool' && dayOf(now) === dayOf(openedAt) ? unusedMor : 0n,
    backToPoolMor: disputed ? earned : 0n,
  };
}
