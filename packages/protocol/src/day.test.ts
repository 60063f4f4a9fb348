import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allowanceMor,
  type DayInputs,
  daySnapshot,
  guardMaxMor,
  remainingMor,
  stakeNeededMor,
  supplyMor,
} from './day.js';
import { ARBITRUM_SCHEDULE, EMISSION_START_AT } from './emission.js';
import { dayOf, parseMor, UINT128_MAX } from './units.js';

const second: DayInputs = {
  day: dayOf(EMISSION_START_AT) + 1n,
  schedule: ARBITRUM_SCHEDULE,
  poolBucketMor: parseMor('300000'),
  owedMor: parseMor('1000'),
  budgetBps: 100n,
  guardBps: 100n,
  spentLast24hMor: 0n,
  computePaidMor: 0n,
  priorComputePaidMor: 0n,
  totalSupplyMor: 0n,
};

describe('daySnapshot (DESIGN 3.2)', () => {
  it('promises one hundredth of what the pool does not owe, rounded down', () => {
    expect(daySnapshot(second)).toMatchObject({ poolMor: parseMor('299000'), budgetMor: parseMor('2990') });
    expect(daySnapshot({ ...second, poolBucketMor: 199n, owedMor: 0n }).budgetMor).toBe(1n);
  });

  it('is empty when more is owed than there is', () => {
    expect(daySnapshot({ ...second, owedMor: parseMor('300000.1') })).toMatchObject({ poolMor: 0n, budgetMor: 0n });
  });
});

describe('supplyMor', () => {
  // Day 2: 14,397.531005299 scheduled in all, 3,455.40744127176 of it compute; the guard lets 3,000 more go.
  const dayAndGuardMor = parseMor('14397.531005299') + parseMor('3455.40744127176') + parseMor('3000');

  it('is what can exist at the start of the day, plus the day and the guard', () => {
    expect(supplyMor(second)).toBe(parseMor('10944') + dayAndGuardMor);
    const paid = { ...second, computePaidMor: 5n, priorComputePaidMor: 7n };
    expect(supplyMor(paid)).toBe(parseMor('10944') + 12n + dayAndGuardMor);
  });

  it('is the total supply of the token where that is larger', () => {
    expect(supplyMor({ ...second, totalSupplyMor: parseMor('10944') - 1n })).toBe(supplyMor(second));
    expect(supplyMor({ ...second, totalSupplyMor: parseMor('10944') + 1n })).toBe(supplyMor(second) + 1n);
  });

  it('counts the most the guard can pay, rounded up, spent and all', () => {
    expect(guardMaxMor({ ...second, poolBucketMor: 100n, spentLast24hMor: 0n })).toBe(
      parseMor('3455.40744127176') + 1n,
    );
    expect(guardMaxMor({ ...second, poolBucketMor: 100n, spentLast24hMor: 1n })).toBe(
      parseMor('3455.40744127176') + 2n,
    );
  });
});

describe('allowance and needed stake (DESIGN 4)', () => {
  it('is budget x active / supply, rounded down', () => {
    expect(allowanceMor(3_000n, 5n, 10_000_000n)).toBe(0n);
    expect(allowanceMor(3_000n, 5_000n, 10_000_000n)).toBe(1n);
    expect(allowanceMor(UINT128_MAX, UINT128_MAX, UINT128_MAX)).toBe(UINT128_MAX);
  });

  it('is 0 on a day that was never opened, and an error for a budget without a supply', () => {
    expect(allowanceMor(0n, 5n, 0n)).toBe(0n);
    expect(() => allowanceMor(1n, 5n, 0n)).toThrow(expect.objectContaining({ code: 'DIVISION_BY_ZERO' }));
  });

  it('leaves what is not used, never below 0', () => {
    expect([remainingMor(5n, 3n), remainingMor(3n, 5n)]).toEqual([2n, 0n]);
  });

  it('needs the smallest stake whose allowance covers', () => {
    const amount = fc.bigInt({ min: 1n, max: UINT128_MAX });
    fc.assert(
      fc.property(amount, amount, amount, (needed, budget, supply) => {
        const stake = stakeNeededMor(needed, budget, supply);
        expect(allowanceMor(budget, stake, supply) >= needed).toBe(true);
        expect(allowanceMor(budget, stake - 1n, supply) < needed).toBe(true);
      }),
    );
    expect(stakeNeededMor(0n, 1n, 5n)).toBe(0n);
  });

  it('refuses to name a stake when there is no budget', () => {
    expect(() => stakeNeededMor(1n, 0n, 1n)).toThrow(
      expect.objectContaining({ code: 'BUDGET_IS_ZERO', details: { neededMor: '1' } }),
    );
  });
});
