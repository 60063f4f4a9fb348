import { ProtocolError } from './errors.js';
import { min, mulDivDown, requireNaturals, saturatingSub } from './math.js';
import { BPS, hourOf, UINT96_MAX } from './units.js';

/** Full hours that the guard looks back. */
export const GUARD_WINDOW_HOURS = 24n;
/** Places of the ring: the current hour and the 24 before it. */
export const GUARD_RING_SIZE = 25n;
/** Unit in which a bucket stores its opening [MOR-wei]. */
export const GUARD_OPENING_UNIT = 10n ** 9n;
/** The most a bucket can store as opening [1e9 MOR-wei]. */
export const GUARD_OPENING_MAX = 2n ** 64n - 1n;

/** One hour of the pool. The contract stores what had happened before it, and takes differences. */
export interface GuardBucket {
  /** Hour since 1970-01-01 00:00 UTC. */
  readonly hour: bigint;
  /** Paid out in this hour [MOR-wei]. */
  readonly spentMor: bigint;
  /** Emission received in this hour [MOR-wei]. */
  readonly receivedMor: bigint;
  /** Pool balance before the first change in this hour [1e9 MOR-wei], rounded down; saturates at `GUARD_OPENING_MAX`. */
  readonly openingUnits: bigint;
}

/** The pool and what the guard remembers of it. Never changed in place. */
export interface Guard {
  /** The pool bucket of the Treasury [MOR-wei]. */
  readonly poolMor: bigint;
  /** Hour of the first change ever; undefined before it. */
  readonly firstHour: bigint | undefined;
  /** Hour of the last change; undefined before the first. */
  readonly lastHour: bigint | undefined;
  /** The bucket of hour h lies at place h % 25. */
  readonly ring: readonly (GuardBucket | undefined)[];
}

/** What the guard is measured with at the moment of a payment. */
export interface GuardRules {
  /** Part of the pool that may leave in 24 hours [1/10,000]. */
  readonly guardBps: bigint;
  /** Emission of the compute bucket on the UTC day of the payment [MOR-wei]. */
  readonly scheduledComputeMor: bigint;
}

/** What the guard sees at a moment; all [MOR-wei]. */
export interface GuardStatus {
  /** Paid in the current and the 24 hours before. */
  readonly spentMor: bigint;
  /** Emission received in the current and the 23 hours before. */
  readonly receivedMor: bigint;
  /** What the pool held 24 hours ago at the least. */
  readonly baseMor: bigint;
  /** min(received, scheduled) + base * guardBps, rounded down. */
  readonly allowedMor: bigint;
  /** What may leave now, not looking at what the pool holds. */
  readonly availableMor: bigint;
}

/** A guard without history over an empty pool. */
export function createGuard(): Guard {
  return { poolMor: 0n, firstHour: undefined, lastHour: undefined, ring: Array.from({ length: 25 }, () => undefined) };
}

/**
 * Opens the bucket of the hour if there is none: `opening` is the balance before the change that follows. Every change
 * of the pool touches first (DESIGN 3.3).
 * @param now [s]
 * @throws TIME_BACKWARDS if `now` lies in an hour before the last change.
 */
export function touch(guard: Guard, now: bigint): Guard {
  const hour = hourOf(now);
  if (guard.lastHour !== undefined && hour < guard.lastHour) {
    throw new ProtocolError('TIME_BACKWARDS', { hour, lastHour: guard.lastHour });
  }
  if (bucketOf(guard, hour) !== undefined) return guard;
  const openingUnits = min(guard.poolMor / GUARD_OPENING_UNIT, GUARD_OPENING_MAX);
  const opened = writeBucket(guard, { hour, spentMor: 0n, receivedMor: 0n, openingUnits });
  return { ...opened, firstHour: guard.firstHour ?? hour, lastHour: hour };
}

/**
 * Emission arrives: into the pool, and counted as received (DESIGN 3.3).
 * @throws as `credit`.
 */
export function receive(guard: Guard, amountMor: bigint, now: bigint): Guard {
  const credited = credit(guard, amountMor, now);
  return changeBucket(credited, hourOf(now), (bucket) => ({
    ...bucket,
    receivedMor: bucket.receivedMor + amountMor,
  }));
}

/**
 * MOR enters the pool without being received: a slash, a returned amount (DESIGN 3). Exact.
 * @throws TIME_BACKWARDS; NEGATIVE_NUMBER; GUARD_POOL_TOO_LARGE above 96 bits.
 */
export function credit(guard: Guard, amountMor: bigint, now: bigint): Guard {
  requireNaturals({ amountMor });
  const poolMor = guard.poolMor + amountMor;
  if (poolMor > UINT96_MAX) throw new ProtocolError('GUARD_POOL_TOO_LARGE', { poolMor });
  return { ...touch(guard, now), poolMor };
}

/**
 * Pays out of the pool as much of `amountMor` as the guard and the pool let go; the rest stays owed (DESIGN 3.3).
 * @returns the new state and what left: min(amount, available, pool) [MOR-wei].
 * @throws TIME_BACKWARDS; NEGATIVE_NUMBER.
 */
export function draw(
  guard: Guard,
  amountMor: bigint,
  now: bigint,
  rules: GuardRules,
): { readonly guard: Guard; readonly drawnMor: bigint } {
  requireNaturals({ amountMor });
  const touched = touch(guard, now);
  const drawnMor = min(min(amountMor, guardStatus(touched, now, rules).availableMor), touched.poolMor);
  const paid = changeBucket(touched, hourOf(now), (bucket) => ({ ...bucket, spentMor: bucket.spentMor + drawnMor }));
  return { guard: { ...paid, poolMor: touched.poolMor - drawnMor }, drawnMor };
}

/**
 * What the guard lets go at a moment (DESIGN 3.3). Rounded down; opening in units of 1e9 wei, rounded down.
 * @param now [s], not before the last change
 */
export function guardStatus(guard: Guard, now: bigint, rules: GuardRules): GuardStatus {
  const hour = hourOf(now);
  const spentMor = sumOf(guard, { from: hour - GUARD_WINDOW_HOURS, to: hour }, (bucket) => bucket.spentMor);
  const receivedMor = sumOf(guard, { from: hour - GUARD_WINDOW_HOURS + 1n, to: hour }, (bucket) => bucket.receivedMor);
  const baseMor = baseAt(guard, hour);
  const allowedMor = min(receivedMor, rules.scheduledComputeMor) + mulDivDown(baseMor, rules.guardBps, BPS);
  const availableMor = saturatingSub(allowedMor, spentMor);
  return { spentMor, receivedMor, baseMor, allowedMor, availableMor };
}

/** The least the pool held 24 hours ago: an hour without a bucket inherits the balance; 0 before any history. */
function baseAt(guard: Guard, hour: bigint): bigint {
  const oldestHour = hour - GUARD_WINDOW_HOURS;
  if (guard.firstHour === undefined || guard.firstHour > oldestHour) return 0n;
  const oldest = bucketOf(guard, oldestHour);
  if (oldest !== undefined) return saturatingSub(oldest.openingUnits * GUARD_OPENING_UNIT, oldest.spentMor);
  const next = bucketsIn(guard, { from: oldestHour + 1n, to: hour })[0];
  const units = next?.openingUnits ?? min(guard.poolMor / GUARD_OPENING_UNIT, GUARD_OPENING_MAX);
  return units * GUARD_OPENING_UNIT;
}

interface Hours {
  readonly from: bigint;
  readonly to: bigint;
}

/** The buckets of a span of hours, both ends included, oldest first. */
function bucketsIn(guard: Guard, { from, to }: Hours): GuardBucket[] {
  return guard.ring
    .filter((bucket) => bucket !== undefined)
    .filter((bucket) => bucket.hour >= from && bucket.hour <= to)
    .sort((a, b) => Number(a.hour - b.hour));
}

function sumOf(guard: Guard, hours: Hours, amountOf: (bucket: GuardBucket) => bigint): bigint {
  return bucketsIn(guard, hours).reduce((sum, bucket) => sum + amountOf(bucket), 0n);
}

function bucketOf(guard: Guard, hour: bigint): GuardBucket | undefined {
  return bucketsIn(guard, { from: hour, to: hour })[0];
}

function writeBucket(guard: Guard, bucket: GuardBucket): Guard {
  return { ...guard, ring: guard.ring.with(Number(bucket.hour % GUARD_RING_SIZE), bucket) };
}

function changeBucket(guard: Guard, hour: bigint, change: (bucket: GuardBucket) => GuardBucket): Guard {
  return bucketsIn(guard, { from: hour, to: hour }).reduce(
    (state, bucket) => writeBucket(state, change(bucket)),
    guard,
  );
}
