import { ProtocolError } from './errors.js';
import { DAY_SECONDS, dayOf } from './units.js';

/** One change of the pool as it happened. The pool is empty before the first. */
export interface GuardEvent {
  /** [s] */
  readonly t: bigint;
  readonly kind: 'receive' | 'credit' | 'draw';
  /** [MOR-wei] */
  readonly amount: bigint;
}

export interface GuardOracleRules {
  /** [1/10,000] */
  readonly guardBps: bigint;
  /** Emission of the compute bucket on a UTC day [MOR-wei]. */
  readonly scheduledComputeOfDay: (day: bigint) => bigint;
}

/** A broken promise: which half of I6, at which second, what left and what was allowed [1e-4 MOR-wei], exact. */
export interface GuardViolation {
  readonly half: 'at payment' | 'any 24 hours';
  readonly t: bigint;
  readonly paidScaled: bigint;
  readonly limitScaled: bigint;
}

interface History {
  readonly log: readonly GuardEvent[];
  /** Pool balance after each event of the log. */
  readonly balances: readonly { readonly t: bigint; readonly poolMor: bigint }[];
  readonly rules: GuardOracleRules;
}

/** Everything is multiplied by it instead of dividing the pool, so that nothing is rounded. */
const SCALE = 10_000n;
const WINDOW = DAY_SECONDS;
const LOOK_BACK = 2n * DAY_SECONDS;

/**
 * Checks TRUST I6 against an event log, with exact timestamps and nothing of the guard's own buckets:
 * 1. at every payment time t: paid in (t-24h, t] <= min(received in (t-24h, t], schedule of t's day) + bps of the pool
 *    at t-24h;
 * 2. at every second s: paid in (s-24h, s] <= the larger schedule of the days in it + bps of the most the pool held in
 *    [s-48h, s]. Both sides are constant between the seconds looked at.
 * The pool at a second is its balance after all events of that second.
 * @returns all violations, none if the promise holds.
 * @throws TIME_BACKWARDS if the log is not in order.
 */
export function guardViolations(log: readonly GuardEvent[], rules: GuardOracleRules): GuardViolation[] {
  const history = { log, balances: balancesOf(log), rules };
  const payments = log.filter((event) => event.kind === 'draw' && event.amount > 0n).map((event) => event.t);
  const changes = log.flatMap(({ t }) => [t, t + WINDOW - 1n, t + WINDOW, t + LOOK_BACK, t + LOOK_BACK + 1n]);
  const midnights = log.map(({ t }) => (dayOf(t) + 1n) * DAY_SECONDS);
  return [
    ...[...new Set(payments)].map((t) => atPayment(history, t)),
    ...[...new Set([...changes, ...midnights])].map((t) => inAnyDay(history, t)),
  ].filter(({ paidScaled, limitScaled }) => paidScaled > limitScaled);
}

function atPayment({ log, balances, rules }: History, t: bigint): GuardViolation {
  const received = sumIn(log, 'receive', t);
  const scheduled = rules.scheduledComputeOfDay(dayOf(t));
  const emission = received < scheduled ? received : scheduled;
  const poolMor = balances.findLast((entry) => entry.t <= t - WINDOW)?.poolMor ?? 0n;
  const limitScaled = emission * SCALE + poolMor * rules.guardBps;
  return { half: 'at payment', t, paidScaled: sumIn(log, 'draw', t) * SCALE, limitScaled };
}

function inAnyDay({ log, balances, rules }: History, t: bigint): GuardViolation {
  const firstSecond = t < WINDOW ? 0n : t - WINDOW + 1n;
  const schedules = [firstSecond, t].map((time) => rules.scheduledComputeOfDay(dayOf(time)));
  const atStart = balances.findLast((entry) => entry.t <= t - LOOK_BACK)?.poolMor ?? 0n;
  const later = balances.filter((entry) => entry.t > t - LOOK_BACK && entry.t <= t).filter(isLastOfItsSecond);
  const mostMor = largest([atStart, ...later.map((entry) => entry.poolMor)]);
  const limitScaled = largest(schedules) * SCALE + mostMor * rules.guardBps;
  return { half: 'any 24 hours', t, paidScaled: sumIn(log, 'draw', t) * SCALE, limitScaled };
}

/** Sum of the events of a kind in (t-24h, t]. */
function sumIn(log: readonly GuardEvent[], kind: GuardEvent['kind'], t: bigint): bigint {
  return log
    .filter((event) => event.kind === kind && event.t > t - WINDOW && event.t <= t)
    .reduce((sum, event) => sum + event.amount, 0n);
}

function isLastOfItsSecond(entry: { t: bigint }, index: number, all: readonly { t: bigint }[]): boolean {
  return all[index + 1]?.t !== entry.t;
}

function largest(values: readonly bigint[]): bigint {
  return values.reduce((most, value) => (value > most ? value : most), 0n);
}

function balancesOf(log: readonly GuardEvent[]): History['balances'] {
  let last = { t: 0n, poolMor: 0n };
  return log.map(({ t, kind, amount }) => {
    if (t < last.t) throw new ProtocolError('TIME_BACKWARDS', { t, last: last.t });
    last = { t, poolMor: last.poolMor + (kind === 'draw' ? -amount : amount) };
    return last;
  });
}
