import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incentiveOf, isLaunchDay, placesOf, potMor } from './incentive.js';
import { BPS, parseMor } from './units.js';

const amount = (max: bigint) => fc.bigInt({ min: 0n, max });

describe('the launch incentive (DESIGN 9)', () => {
  it.each([
    [20_000n, 0n, false],
    [19_999n, 20_000n, false],
    [20_000n, 20_000n, true],
    [20_364n, 20_000n, true],
    [20_365n, 20_000n, false],
  ])('on day %d after a launch on %d: %s', (day, launchDay, expected) => {
    expect(isLaunchDay(day, launchDay)).toBe(expected);
  });

  it('has a pot of 2.4 % of the emission, divided once, rounded down', () => {
    expect(potMor(parseMor('14400'), BPS)).toBe(parseMor('345.6'));
    expect(potMor(parseMor('14400'), 2_500n)).toBe(parseMor('86.4'));
    expect([potMor(41n, BPS), potMor(42n, BPS)]).toEqual([0n, 1n]);
  });

  it('has 100 places, rounded down per router', () => {
    expect([BPS, 2_500n, 199n, 99n, 0n].map(placesOf)).toEqual([100n, 25n, 1n, 0n, 0n]);
  });

  const claim = { index: 24n, places: 25n, potMor: 100n, dayMor: 300n, totalMor: 1_000n };

  it('pays a part of the pot, rounded down', () => {
    expect(incentiveOf(claim)).toBe(30n);
    expect(incentiveOf({ ...claim, dayMor: 309n })).toBe(30n);
  });

  it('pays at most what the provider earned itself', () => {
    expect(incentiveOf({ ...claim, potMor: 5_000n })).toBe(300n);
  });

  it('pays nothing behind the last place, nor in an empty book', () => {
    expect(incentiveOf({ ...claim, index: 25n })).toBe(0n);
    expect(incentiveOf({ ...claim, dayMor: 0n, totalMor: 0n })).toBe(0n);
  });

  it('keeps all routers within 2.4 % of the emission, 100 places and their credits (TRUST I31)', () => {
    const book = fc.record({ weight: amount(100n), dayMors: fc.array(amount(10n ** 22n), { maxLength: 40 }) });
    fc.assert(
      fc.property(fc.array(book, { maxLength: 8 }), amount(parseMor('14400')), (books, emissionMor) => {
        const weights = books.reduce((sum, { weight }) => sum + weight, 1n);
        let paidMor = 0n;
        let paidProviders = 0n;
        for (const { weight, dayMors } of books) {
          const shareBps = (BPS * weight) / weights;
          const totalMor = dayMors.reduce((sum, dayMor) => sum + dayMor, 0n);
          const router = { places: placesOf(shareBps), potMor: potMor(emissionMor, shareBps), totalMor };
          dayMors.forEach((dayMor, i) => {
            const incentive = incentiveOf({ index: BigInt(i), dayMor, ...router });
            expect(incentive <= dayMor).toBe(true);
            paidMor += incentive;
            paidProviders += incentive > 0n ? 1n : 0n;
          });
        }
        expect(paidMor * 10_000n <= emissionMor * 240n && paidProviders <= 100n).toBe(true);
      }),
    );
  });
});
