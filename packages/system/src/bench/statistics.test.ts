import { describe, expect, it } from 'vitest';
import { median, quantile, slopeOf } from './statistics.js';

describe('statistics', () => {
  it('finds quantiles of unsorted samples, the largest at the end', () => {
    const samples = [10, 2, 9, 1, 5, 4, 3, 8, 7, 6];
    expect([quantile(samples, 0), quantile(samples, 0.95), quantile(samples, 1)]).toEqual([1, 10, 10]);
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('finds the slope of a line through noise around it', () => {
    const points = [0, 1, 2, 3, 4, 5].map((x) => ({ x, y: 7 + 3 * x + (x % 2 === 0 ? 0.1 : -0.1) }));
    expect(slopeOf(points)).toBeCloseTo(3, 1);
  });
});
