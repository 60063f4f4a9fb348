import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accessRate,
  creditedTokens,
  driftedPriceMor,
  isMarket,
  marketPriceMor,
  marketReferenceMor,
  maxTokensOf,
  quotedMaxTokens,
  quotedReferenceMor,
  requestCap,
  userMax,
  userMaxMor,
} from './access.js';
import { BPS, MOR, parseMor, UINT128_MAX } from './units.js';

const divisionByZero = expect.objectContaining({ code: 'DIVISION_BY_ZERO' });
const amount = (max: bigint) => fc.bigInt({ min: 0n, max });

describe('the example of the founding paper (DESIGN 7)', () => {
  // Supply 10,000,000 MOR, budget 3,000 MOR, $20 a MOR, $0.002 per 1,000 tokens.
  const supplyMor = 10_000_000n * MOR;
  const budgetMor = 3_000n * MOR;
  const quote = { morPriceWad: 20n * 10n ** 18n, pricePer1000Wad: 2n * 10n ** 15n };

  it('buys 30,000,000,000 tokens at 1e11 wei each', () => {
    expect(quotedReferenceMor(quote)).toBe(10n ** 11n);
    expect(quotedMaxTokens(budgetMor, quote)).toBe(30_000_000_000n);
    expect(maxTokensOf(budgetMor, 10n ** 11n)).toBe(30_000_000_000n);
  });

  it('gives 3,000 tokens per MOR: 15,000 for 5 MOR, 1,500,000 for 500', () => {
    const maxTokens = quotedMaxTokens(budgetMor, quote);
    expect(accessRate(maxTokens, supplyMor)).toBe(3_000n);
    expect(userMax({ maxTokens, countedMor: 5n * MOR, supplyMor })).toBe(15_000n);
    expect(userMax({ maxTokens, countedMor: 500n * MOR, supplyMor })).toBe(1_500_000n);
  });

  it('caps 5 MOR at 0.0015 MOR a day, which buys the 15,000 tokens', () => {
    const capMor = userMaxMor({ budgetMor, countedMor: 5n * MOR, shareBps: BPS, supplyMor });
    expect(capMor).toBe(parseMor('0.0015'));
    expect(maxTokensOf(capMor, 10n ** 11n)).toBe(15_000n);
  });
});

describe('access', () => {
  it('is 0 on a day that was never opened', () => {
    expect(accessRate(5n, 0n)).toBe(0n);
    expect(userMax({ maxTokens: 5n, countedMor: 1n, supplyMor: 0n })).toBe(0n);
    expect(userMaxMor({ budgetMor: 5n, countedMor: 1n, shareBps: BPS, supplyMor: 0n })).toBe(0n);
  });

  it('has no tokens at a price of 0', () => {
    expect(() => maxTokensOf(1n, 0n)).toThrow(divisionByZero);
  });

  it('rounds down, dividing once', () => {
    expect([maxTokensOf(10n, 3n), maxTokensOf(2n, 3n)]).toEqual([3n, 0n]);
    expect(userMax({ maxTokens: 10n, countedMor: 2n, supplyMor: 3n })).toBe(6n);
    expect(userMaxMor({ budgetMor: 3n, countedMor: 2n, shareBps: 3_333n, supplyMor: 2n })).toBe(0n);
    expect(userMaxMor({ budgetMor: 3n, countedMor: 2n, shareBps: 3_334n, supplyMor: 2n })).toBe(1n);
  });

  it('never grows by splitting a stake, and stays within MaxT (TRUST I25)', () => {
    const stakes = fc.array(amount(10n ** 25n), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(stakes, amount(10n ** 25n), amount(10n ** 20n), (parts, restMor, maxTokens) => {
        const countedMor = parts.reduce((sum, part) => sum + part, 0n);
        const supplyMor = countedMor + restMor + 1n;
        const together = userMax({ maxTokens, countedMor, supplyMor });
        const split = parts.reduce((sum, part) => sum + userMax({ maxTokens, countedMor: part, supplyMor }), 0n);
        expect(split <= together && together <= maxTokens).toBe(true);
      }),
    );
  });

  it('keeps users within the request caps, and the caps within the share of the stake (TRUST T5, I23) [YS-065]', () => {
    const routers = fc.array(fc.record({ weight: amount(100n), users: fc.array(amount(10n ** 24n)) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(routers, amount(10n ** 24n), amount(10n ** 25n), (list, budgetMor, restMor) => {
        const weights = list.reduce((sum, { weight }) => sum + weight, 1n);
        const users = list.flatMap((router) => router.users);
        const countedMor = users.reduce((sum, user) => sum + user, 0n);
        const supplyMor = countedMor + restMor + 1n;
        const caps = list.map(({ weight }) => {
          const shareBps = (BPS * weight) / weights;
          const promisedMor = users
            .map((user) => userMaxMor({ budgetMor, countedMor: user, shareBps, supplyMor }))
            .reduce((sum, part) => sum + part, 0n);
          const capMor = requestCap({ budgetMor, countedMor, shareBps, supplyMor });
          expect(promisedMor <= capMor).toBe(true);
          return capMor;
        });
        const total = caps.reduce((sum, cap) => sum + cap, 0n);
        expect(total * supplyMor <= budgetMor * countedMor).toBe(true);
      }),
    );
  });

  it('holds the largest amounts', () => {
    const share = { budgetMor: UINT128_MAX, countedMor: UINT128_MAX, shareBps: BPS, supplyMor: UINT128_MAX };
    expect(requestCap(share)).toBe(UINT128_MAX);
  });
});

describe('the reference price of the market', () => {
  const market = { lastPriceMor: 1_000n, startPriceMor: 2_000n, totalMor: 10n, totalTokens: 3n, budgetMor: 1_000n };

  it('is the average of the books, rounded up', () => {
    expect(marketPriceMor(10n, 3n)).toBe(4n);
    expect(marketReferenceMor(market)).toBe(4n);
    expect(() => marketPriceMor(1n, 0n)).toThrow(divisionByZero);
  });

  it.each([
    ['credits below 1 % of the budget', { budgetMor: 1_001n }],
    ['no tokens', { totalTokens: 0n }],
    ['no budget', { budgetMor: 0n }],
  ])('drifts to the start value with %s', (_, change) => {
    expect(isMarket({ ...market, ...change })).toBe(false);
    expect(marketReferenceMor({ ...market, ...change })).toBe(1_050n);
  });

  it.each([
    [1_000n, 2_000n, 1_050n],
    [1_000n, 1_001n, 1_001n],
    [1_000n, 1_000n, 1_000n],
    [1_019n, 1_000n, 1_019n],
    [1_020n, 1_000n, 1_019n],
    [2_000n, 1_000n, 1_950n],
    [0n, 1n, 1n],
  ])('drifts from %d towards %d to %d', (last, start, expected) => {
    expect(driftedPriceMor(last, start)).toBe(expected);
  });

  it('drifts without passing the start value, and is never 0', () => {
    fc.assert(
      fc.property(amount(UINT128_MAX), fc.bigInt({ min: 1n, max: UINT128_MAX }), (last, start) => {
        const next = driftedPriceMor(last, start);
        expect(next > 0n && (last <= start ? last <= next && next <= start : start <= next && next <= last)).toBe(true);
      }),
    );
  });
});

describe('the quoted reference', () => {
  it('is rounded up, at least 1', () => {
    expect(quotedReferenceMor({ morPriceWad: 1n, pricePer1000Wad: 1n })).toBe(10n ** 15n);
    expect(quotedReferenceMor({ morPriceWad: 3n * 10n ** 18n, pricePer1000Wad: 10_000n })).toBe(4n);
    expect(quotedReferenceMor({ morPriceWad: UINT128_MAX, pricePer1000Wad: 1n })).toBe(1n);
    expect(quotedReferenceMor({ morPriceWad: 1n, pricePer1000Wad: 0n })).toBe(1n);
  });

  it('refuses prices of 0', () => {
    expect(() => quotedReferenceMor({ morPriceWad: 0n, pricePer1000Wad: 1n })).toThrow(divisionByZero);
    expect(() => quotedMaxTokens(1n, { morPriceWad: 1n, pricePer1000Wad: 0n })).toThrow(divisionByZero);
  });

  it('buys no less than its rounded price', () => {
    const price = fc.bigInt({ min: 1n, max: 10n ** 24n });
    fc.assert(
      fc.property(amount(10n ** 26n), price, price, (budgetMor, morPriceWad, pricePer1000Wad) => {
        const quote = { morPriceWad, pricePer1000Wad };
        expect(quotedMaxTokens(budgetMor, quote) >= maxTokensOf(budgetMor, quotedReferenceMor(quote))).toBe(true);
      }),
    );
  });
});

describe('creditedTokens (TRUST I22)', () => {
  it.each([
    [5n, 6n, 7n, 5n],
    [6n, 5n, 7n, 5n],
    [7n, 6n, 5n, 5n],
  ])('of counts %d and %d under %d are %d', (receiptTokens, reportTokens, tokenMax, expected) => {
    expect(creditedTokens({ receiptTokens, reportTokens, tokenMax })).toBe(expected);
  });
});
