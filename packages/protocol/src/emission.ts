import { ProtocolError } from './errors.js';
import { min, mulDivDown, mulDivUp, requireNaturals, saturatingSub } from './math.js';
import { DAY_SECONDS, dayStartAt, parseMor } from './units.js';

/** One line of the MOR emission: `initialReward` in the first interval, `rewardDecrease` less in each following one. */
export interface EmissionBucket {
  /** Reward of the first interval [MOR-wei]. */
  readonly initialReward: bigint;
  /** What each interval gives less than the one before [MOR-wei]; 0 means that it never ends. */
  readonly rewardDecrease: bigint;
  /** Start of the first interval [s]. */
  readonly payoutStart: bigint;
  /** Length of an interval [s]. */
  readonly decreaseInterval: bigint;
}

/** All buckets of the MOR emission, and which of them feeds the compute pool. */
export interface EmissionSchedule {
  readonly buckets: readonly EmissionBucket[];
  readonly computeIndex: number;
}

/**
 * Start of the MOR emission: 2024-02-08 00:00:00 UTC [s]. DESIGN 3.1 prints 1707393600 beside this date, which is
 * 12:00 UTC; midnight is what gives 14,400 MOR on the first UTC day and one fall per UTC day.
 */
export const EMISSION_START_AT = 1_707_350_400n;

const dailyBucket = (initialMor: string, decreaseMor: string): EmissionBucket => ({
  initialReward: parseMor(initialMor),
  rewardDecrease: parseMor(decreaseMor),
  payoutStart: EMISSION_START_AT,
  decreaseInterval: DAY_SECONDS,
});

/** The buckets on Arbitrum (DESIGN 3.1): four of 24 %, compute is index 3, and one of 4 %. */
export const ARBITRUM_BUCKETS: readonly EmissionBucket[] = [
  dailyBucket('3456', '0.59255872824'),
  dailyBucket('3456', '0.59255872824'),
  dailyBucket('3456', '0.59255872824'),
  dailyBucket('3456', '0.59255872824'),
  dailyBucket('576', '0.09875978804'),
];

/** The emission on Arbitrum; the compute bucket has index 3 (DESIGN 3.1). */
export const ARBITRUM_SCHEDULE: EmissionSchedule = { buckets: ARBITRUM_BUCKETS, computeIndex: 3 };

/**
 * Reward of one interval [MOR-wei] = max(0, initialReward - interval * rewardDecrease). Exact (DESIGN 3.1).
 * @param interval number of the interval, 0 is the first
 */
export function rewardOfInterval(bucket: EmissionBucket, interval: bigint): bigint {
  return saturatingSub(bucket.initialReward, interval * bucket.rewardDecrease);
}

/**
 * How many intervals have a positive reward = ceil(initialReward / rewardDecrease); undefined if it never ends.
 * Rounded up because the last, smaller reward counts as well (DESIGN 3.1).
 */
export function rewardedIntervals(bucket: EmissionBucket): bigint | undefined {
  if (bucket.rewardDecrease === 0n) return undefined;
  return mulDivUp(bucket.initialReward, 1n, bucket.rewardDecrease);
}

/**
 * MOR-wei emitted by a bucket before a point in time: all full intervals, and the share of the running one, which is
 * released linearly, rounded down. 0 before `payoutStart` (DESIGN 3.1).
 * @param timestamp [s]
 * @throws DIVISION_BY_ZERO for an interval of 0 s, NEGATIVE_NUMBER for a negative time.
 */
export function emittedUntil(bucket: EmissionBucket, timestamp: bigint): bigint {
  requireNaturals({ timestamp });
  const { initialReward, rewardDecrease, payoutStart, decreaseInterval } = bucket;
  if (decreaseInterval === 0n) throw new ProtocolError('DIVISION_BY_ZERO', { decreaseInterval });
  if (timestamp <= payoutStart) return 0n;
  const elapsed = timestamp - payoutStart;
  const passed = elapsed / decreaseInterval;
  const full = min(passed, rewardedIntervals(bucket) ?? passed);
  // full * (full - 1) is even, so the division by two is exact.
  const fullMor = full * initialReward - (rewardDecrease * full * (full - 1n)) / 2n;
  return fullMor + mulDivDown(rewardOfInterval(bucket, passed), elapsed % decreaseInterval, decreaseInterval);
}

/**
 * MOR-wei emitted in [from, to) = emittedUntil(to) - emittedUntil(from): neighbouring spans add up exactly, so each
 * alone may be 1 wei off the unrounded value (DESIGN 3.1).
 * @param from [s]
 * @param to [s]
 * @throws TIME_BACKWARDS if `to` lies before `from`.
 */
export function emittedBetween(bucket: EmissionBucket, from: bigint, to: bigint): bigint {
  if (to < from) throw new ProtocolError('TIME_BACKWARDS', { from, to });
  return emittedUntil(bucket, to) - emittedUntil(bucket, from);
}

/** MOR-wei a bucket emits on a UTC day; rounding as in `emittedBetween`. */
export function scheduledOfDay(bucket: EmissionBucket, day: bigint): bigint {
  return emittedBetween(bucket, dayStartAt(day), dayStartAt(day + 1n));
}

/** MOR-wei all buckets together emit on a UTC day; each bucket rounded by itself. */
export function scheduledTotalOfDay(schedule: EmissionSchedule, day: bigint): bigint {
  return schedule.buckets.reduce((sum, bucket) => sum + scheduledOfDay(bucket, day), 0n);
}

/** MOR-wei the compute bucket emits on a UTC day: one day's schedule of the guard (DESIGN 3.3). */
export function scheduledComputeOfDay(schedule: EmissionSchedule, day: bigint): bigint {
  const bucket = schedule.buckets[schedule.computeIndex];
  return bucket === undefined ? 0n : scheduledOfDay(bucket, day);
}

/** MOR-wei emitted before a point in time by every bucket but the compute one; each rounded down (DESIGN 3.2). */
export function nonComputeEmittedUntil(schedule: EmissionSchedule, timestamp: bigint): bigint {
  return schedule.buckets
    .filter((_, index) => index !== schedule.computeIndex)
    .reduce((sum, bucket) => sum + emittedUntil(bucket, timestamp), 0n);
}
