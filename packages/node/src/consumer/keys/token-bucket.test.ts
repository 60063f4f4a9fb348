import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fullBucket, refilled, taken, waitFor } from './token-bucket.js';

describe('a bucket', () => {
  it('begins full, fills at its rate and never beyond', () => {
    const empty = taken(fullBucket(60, 0), 60);
    expect(refilled(empty, 60, 1_000).level).toBe(1);
    expect(refilled(empty, 60, 90_000).level).toBe(60);
    expect(refilled(empty, 60, -5_000).level).toBe(0);
  });

  it('can owe, and says how long to wait', () => {
    const owing = taken(fullBucket(60, 0), 90);
    expect(owing.level).toBe(-30);
    expect(waitFor(owing, 1, 60)).toBe(31_000);
    expect(waitFor(refilled(owing, 60, 31_000), 1, 60)).toBe(0);
    expect(waitFor(fullBucket(0, 0), 1, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('lets no more through in any time than a full bucket and what the time fills', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }),
        (perMinute, waits) => {
          let [bucket, now, passed] = [fullBucket(perMinute, 0), 0, 0];
          for (const wait of waits) {
            now += wait;
            bucket = refilled(bucket, perMinute, now);
            if (waitFor(bucket, 1, perMinute) > 0) continue;
            bucket = taken(bucket, 1);
            passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(perMinute + (perMinute * now) / 60_000 + 1e-6);
        },
      ),
    );
  });
});
