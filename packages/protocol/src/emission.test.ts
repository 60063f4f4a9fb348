import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ARBITRUM_BUCKETS,
  ARBITRUM_SCHEDULE,
  type EmissionBucket,
  emittedBetween,
  emittedUntil,
  EMISSION_START_AT,
  nonComputeEmittedUntil,
  rewardedIntervals,
  rewardOfInterval,
  scheduledComputeOfDay,
  scheduledOfDay,
  scheduledTotalOfDay,
} from './emission.js';
import { DAY_SECONDS, dayOf, parseMor } from './units.js';

const FIRST_DAY = dayOf(EMISSION_START_AT);
const LAST_DAY = FIRST_DAY + 5_832n;
const FOREVER_AT = EMISSION_START_AT + 10_000n * DAY_SECONDS;

const bucketArbitrary: fc.Arbitrary<EmissionBucket> = fc.record({
  initialReward: fc.bigInt({ min: 0n, max: 10n ** 22n }),
  rewardDecrease: fc.bigInt({ min: 0n, max: 10n ** 21n }),
  payoutStart: fc.bigInt({ min: 0n, max: 1_000n }),
  decreaseInterval: fc.bigInt({ min: 1n, max: 500n }),
});

/** The definition, interval by interval, without the closed form. */
function emittedByLoop(bucket: EmissionBucket, timestamp: bigint): bigint {
  let sum = 0n;
  for (let n = 0n, start = bucket.payoutStart; start < timestamp; n++, start += bucket.decreaseInterval) {
    const left = bucket.initialReward - n * bucket.rewardDecrease;
    const reward = left > 0n ? left : 0n;
    const elapsed = timestamp - start;
    sum += elapsed >= bucket.decreaseInterval ? reward : (reward * elapsed) / bucket.decreaseInterval;
  }
  return sum;
}

describe('the MOR emission (DESIGN 3.1)', () => {
  it('starts at a UTC midnight, 2024-02-08 00:00', () => {
    expect(new Date(Number(EMISSION_START_AT) * 1_000).toISOString()).toBe('2024-02-08T00:00:00.000Z');
    expect(EMISSION_START_AT % DAY_SECONDS).toBe(0n);
  });

  it('gives 14,400 MOR on day 1, compute 24 % of it', () => {
    expect(scheduledTotalOfDay(ARBITRUM_SCHEDULE, FIRST_DAY - 1n)).toBe(0n);
    expect(scheduledTotalOfDay(ARBITRUM_SCHEDULE, FIRST_DAY)).toBe(parseMor('14400'));
    expect(scheduledComputeOfDay(ARBITRUM_SCHEDULE, FIRST_DAY)).toBe(parseMor('3456'));
    expect(ARBITRUM_BUCKETS.map((bucket) => scheduledOfDay(bucket, FIRST_DAY))).toEqual(
      ['3456', '3456', '3456', '3456', '576'].map(parseMor),
    );
  });

  it('falls 2.468994701 MOR a day, compute 0.59255872824, until the last day', () => {
    for (let day = FIRST_DAY; day < LAST_DAY - 1n; day++) {
      const fall = scheduledTotalOfDay(ARBITRUM_SCHEDULE, day) - scheduledTotalOfDay(ARBITRUM_SCHEDULE, day + 1n);
      const computeFall =
        scheduledComputeOfDay(ARBITRUM_SCHEDULE, day) - scheduledComputeOfDay(ARBITRUM_SCHEDULE, day + 1n);
      if (fall !== parseMor('2.468994701') || computeFall !== parseMor('0.59255872824')) expect.fail(`day ${day}`);
    }
  });

  it('is positive for exactly 5,833 days', () => {
    expect(ARBITRUM_BUCKETS.map(rewardedIntervals)).toEqual([5_833n, 5_833n, 5_833n, 5_833n, 5_833n]);
    expect(scheduledTotalOfDay(ARBITRUM_SCHEDULE, LAST_DAY)).toBeGreaterThan(0n);
    expect(scheduledTotalOfDay(ARBITRUM_SCHEDULE, LAST_DAY + 1n)).toBe(0n);
  });

  it('is 41,999,999.99884 MOR in total', () => {
    const total = ARBITRUM_BUCKETS.reduce((sum, bucket) => sum + emittedUntil(bucket, FOREVER_AT), 0n);
    expect(total).toBe(parseMor('41999999.998839372'));
    const fifthDecimal = parseMor('0.00001');
    expect(((total + fifthDecimal / 2n) / fifthDecimal) * fifthDecimal).toBe(parseMor('41999999.99884'));
  });

  it('leaves 76 % to the other buckets', () => {
    expect(nonComputeEmittedUntil(ARBITRUM_SCHEDULE, EMISSION_START_AT + DAY_SECONDS)).toBe(parseMor('10944'));
    expect(scheduledComputeOfDay({ buckets: [], computeIndex: 3 }, FIRST_DAY)).toBe(0n);
  });
});

describe('emittedUntil', () => {
  const bucket: EmissionBucket = { initialReward: 10n, rewardDecrease: 4n, payoutStart: 100n, decreaseInterval: 7n };

  it.each([
    [0n, 0n],
    [100n, 0n],
    [101n, 1n],
    [106n, 8n],
    [107n, 10n],
    [113n, 15n],
    [114n, 16n],
    [117n, 16n],
    [118n, 17n],
    [121n, 18n],
    [122n, 18n],
    [2n ** 40n - 1n, 18n],
  ])('until second %d is %d', (timestamp, emitted) => {
    expect(emittedUntil(bucket, timestamp)).toBe(emitted);
  });

  it('never ends without a decrease', () => {
    const endless = { ...bucket, rewardDecrease: 0n };
    expect(rewardedIntervals(endless)).toBeUndefined();
    expect(emittedUntil(endless, 100n + 7n * 1_000_000n)).toBe(10_000_000n);
    expect(rewardOfInterval(endless, 10n ** 9n)).toBe(10n);
  });

  it('equals the sum interval by interval, and spans add up', () => {
    const time = fc.bigInt({ min: 0n, max: 5_000n });
    fc.assert(
      fc.property(bucketArbitrary, time, time, (any, a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        const [untilFrom, untilTo] = [emittedUntil(any, from), emittedUntil(any, to)];
        expect(untilTo).toBe(emittedByLoop(any, to));
        expect(emittedBetween(any, from, to)).toBe(untilTo - untilFrom);
        expect(untilTo >= untilFrom).toBe(true);
      }),
    );
  });

  it('refuses an interval of 0, times before 1970 and spans that end before they start', () => {
    expect(() => emittedUntil({ ...bucket, decreaseInterval: 0n }, 200n)).toThrow(
      expect.objectContaining({ code: 'DIVISION_BY_ZERO' }),
    );
    expect(() => emittedUntil(bucket, -1n)).toThrow(expect.objectContaining({ code: 'NEGATIVE_NUMBER' }));
    expect(() => emittedBetween(bucket, 2n, 1n)).toThrow(expect.objectContaining({ code: 'TIME_BACKWARDS' }));
  });
});
