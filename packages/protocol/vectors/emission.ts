import {
  ARBITRUM_BUCKETS,
  EMISSION_START_AT,
  type EmissionBucket,
  emittedBetween,
  emittedUntil,
  rewardOfInterval,
  scheduledOfDay,
} from '../src/emission.js';
import { DAY_SECONDS, dayOf, UINT128_MAX } from '../src/units.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const DAY = DAY_SECONDS;
const LAST_TIME = 2n ** 40n - 1n;
const [capital, , , compute, protection] = ARBITRUM_BUCKETS as [
  EmissionBucket,
  EmissionBucket,
  EmissionBucket,
  EmissionBucket,
  EmissionBucket,
];

const daily = { payoutStart: EMISSION_START_AT, decreaseInterval: DAY };
const odd: EmissionBucket = { initialReward: 10n, rewardDecrease: 4n, payoutStart: 100n, decreaseInterval: 7n };
const buckets: readonly EmissionBucket[] = [
  compute,
  protection,
  odd,
  { ...odd, rewardDecrease: 0n },
  { ...daily, initialReward: 0n, rewardDecrease: 0n },
  { ...daily, initialReward: 1n, rewardDecrease: 1n },
  { ...daily, initialReward: UINT128_MAX, rewardDecrease: 0n },
  { ...daily, initialReward: UINT128_MAX, rewardDecrease: UINT128_MAX },
  { ...daily, initialReward: UINT128_MAX, rewardDecrease: UINT128_MAX / 2n },
  // 1707393600, the timestamp DESIGN 3.1 prints, is noon: intervals need not be UTC days.
  { ...capital, payoutStart: EMISSION_START_AT + DAY / 2n },
];

/** Moments around the start, an interval, and the end of a bucket. */
function momentsOf({ payoutStart, decreaseInterval }: EmissionBucket): bigint[] {
  const after = [
    0n,
    1n,
    decreaseInterval / 2n,
    decreaseInterval - 1n,
    decreaseInterval,
    decreaseInterval + 1n,
    2n * decreaseInterval,
    3n * decreaseInterval - 1n,
    1_000n * decreaseInterval + 3n,
    5_832n * decreaseInterval,
    5_833n * decreaseInterval - 1n,
    5_833n * decreaseInterval,
    6_000n * decreaseInterval,
  ];
  return [0n, payoutStart - 1n, ...after.map((seconds) => payoutStart + seconds), LAST_TIME];
}

export function emissionVectors(): VectorCase[] {
  const firstDay = dayOf(EMISSION_START_AT);
  const days = [0n, 1n, 2n, 1_000n, 5_831n, 5_832n, 5_833n].map((days) => firstDay + days);
  const intervals = [0n, 1n, 5_832n, 5_833n, UINT128_MAX];
  return [
    ...[compute, protection].flatMap((bucket) =>
      intervals.map((interval) =>
        vectorCase('rewardOfInterval', { bucket: { ...bucket }, interval }, () => rewardOfInterval(bucket, interval)),
      ),
    ),
    ...buckets.flatMap((bucket) =>
      momentsOf(bucket).map((timestamp) =>
        vectorCase('emittedUntil', { bucket: { ...bucket }, timestamp }, () => emittedUntil(bucket, timestamp)),
      ),
    ),
    ...buckets.map((bucket) => {
      const [from, to] = [bucket.payoutStart + 1n, bucket.payoutStart + 2n * bucket.decreaseInterval + 1n];
      return vectorCase('emittedBetween', { bucket: { ...bucket }, from, to }, () => emittedBetween(bucket, from, to));
    }),
    ...[compute, protection].flatMap((bucket) =>
      [firstDay - 1n, ...days].map((day) =>
        vectorCase('scheduledOfDay', { bucket: { ...bucket }, day }, () => scheduledOfDay(bucket, day)),
      ),
    ),
  ];
}
