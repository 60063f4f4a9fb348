import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { max, min, mulDivDown, mulDivUp, requireNaturals, saturatingSub } from './math.js';

const natural = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n });
const positive = fc.bigInt({ min: 1n, max: 2n ** 256n - 1n });

describe('mulDivDown and mulDivUp', () => {
  it.each([
    [0n, 5n, 3n, 0n, 0n],
    [1n, 1n, 2n, 0n, 1n],
    [7n, 3n, 2n, 10n, 11n],
    [6n, 2n, 3n, 4n, 4n],
  ])('%d * %d / %d is %d down and %d up', (x, y, divisor, down, up) => {
    expect(mulDivDown(x, y, divisor)).toBe(down);
    expect(mulDivUp(x, y, divisor)).toBe(up);
  });

  it('bracket the exact quotient', () => {
    fc.assert(
      fc.property(natural, natural, positive, (x, y, divisor) => {
        const down = mulDivDown(x, y, divisor);
        const up = mulDivUp(x, y, divisor);
        expect(down * divisor <= x * y && (down + 1n) * divisor > x * y).toBe(true);
        expect(up - down).toBe((x * y) % divisor === 0n ? 0n : 1n);
      }),
    );
  });

  it('refuse a divisor of 0 and negative numbers', () => {
    expect(() => mulDivDown(1n, 1n, 0n)).toThrow(expect.objectContaining({ code: 'DIVISION_BY_ZERO' }));
    expect(() => mulDivUp(1n, 1n, 0n)).toThrow(expect.objectContaining({ code: 'DIVISION_BY_ZERO' }));
    expect(() => mulDivUp(-1n, 1n, 1n)).toThrow(
      expect.objectContaining({ code: 'NEGATIVE_NUMBER', details: { x: '-1' } }),
    );
  });
});

describe('min, max, saturatingSub, requireNaturals', () => {
  it('agree with their names', () => {
    expect([min(1n, 2n), min(2n, 1n), max(1n, 2n), max(2n, 1n)]).toEqual([1n, 1n, 2n, 2n]);
    expect([saturatingSub(3n, 1n), saturatingSub(1n, 1n), saturatingSub(1n, 3n)]).toEqual([2n, 0n, 0n]);
    expect(() => requireNaturals({ a: 0n, b: 1n })).not.toThrow();
  });
});
