import { PAYMENT_CODES } from '@yellowstone/protocol';
import { describe, expect, it } from 'vitest';
import { codeOf, PAYMENTS, UNITS, VERDICTS, wordOf } from './codes.js';
import { pageArguments, toPage } from './page.js';
import { toTreasury } from './pool.js';

describe('words for numbers on chain', () => {
  it('go both ways', () => {
    expect(VERDICTS.map((verdict) => codeOf(VERDICTS, verdict))).toEqual([0n, 1n, 2n]);
    expect(wordOf(UNITS, 1n)).toBe('token');
  });

  it('agree with the codes that are signed', () => {
    expect(PAYMENTS.map((payment) => [payment, codeOf(PAYMENTS, payment)])).toEqual(Object.entries(PAYMENT_CODES));
  });

  it('refuse a number of a newer contract', () => {
    expect(() => wordOf(UNITS, 2n)).toThrow('2 is none of second, token');
  });
});

describe('pages', () => {
  it('start at 0 with 50 entries unless told otherwise', () => {
    expect(pageArguments()).toEqual([0n, 50n]);
    expect(pageArguments({ offset: 5, limit: 2 })).toEqual([5n, 2n]);
  });

  it('are frozen and know the length of the whole list', () => {
    const page = toPage([[1n, 2n], 7n], (item) => item * 2n);
    expect(page).toEqual({ items: [2n, 4n], total: 7 });
    expect(Object.isFrozen(page) && Object.isFrozen(page.items)).toBe(true);
  });
});

describe('the treasury', () => {
  it('names its buckets in the order of the contract and sums them', () => {
    const treasury = toTreasury([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n]);
    expect(treasury).toMatchObject({ poolMor: 1n, sessionStakesMor: 2n, escrowMor: 8n, feesMor: 9n, totalMor: 45n });
  });
});
