import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPending, maturesAt, withdrawPending } from './unstaking.js';
import { DAY_SECONDS } from './units.js';

const MIDNIGHT = 20_000n * DAY_SECONDS;
const NOON = MIDNIGHT + DAY_SECONDS / 2n;
const TOMORROW = MIDNIGHT + DAY_SECONDS;

describe('maturesAt (DESIGN 4)', () => {
  it.each([
    ['at midnight', MIDNIGHT, TOMORROW],
    ['before noon', NOON - 1n, TOMORROW],
    ['at noon', NOON, TOMORROW],
    ['after noon', NOON + 1n, TOMORROW + DAY_SECONDS],
    ['a second before midnight', TOMORROW - 1n, TOMORROW + DAY_SECONDS],
  ])('%s', (_, timestamp, midnight) => {
    expect(maturesAt(timestamp)).toBe(midnight);
  });

  it('is the first midnight at least 12 hours away', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 40n }), (timestamp) => {
        const wait = maturesAt(timestamp) - timestamp;
        expect(maturesAt(timestamp) % DAY_SECONDS).toBe(0n);
        expect(wait >= DAY_SECONDS / 2n && wait < (DAY_SECONDS * 3n) / 2n).toBe(true);
      }),
    );
  });
});

describe('pending stake', () => {
  it('is kept per midnight; at most two are outstanding', () => {
    const first = addPending([], { amountMor: 3n, now: NOON });
    const second = addPending(first, { amountMor: 5n, now: NOON + 1n });
    const third = addPending(second, { amountMor: 7n, now: NOON + 2n });
    expect(first).toEqual([{ maturesAt: TOMORROW, amountMor: 3n }]);
    expect(third).toEqual([
      { maturesAt: TOMORROW, amountMor: 3n },
      { maturesAt: TOMORROW + DAY_SECONDS, amountMor: 12n },
    ]);
  });

  it('is paid from its midnight on, and not before', () => {
    const pending = addPending(addPending([], { amountMor: 3n, now: NOON }), { amountMor: 5n, now: NOON + 1n });
    expect(withdrawPending(pending, TOMORROW - 1n)).toEqual({ pending, paidMor: 0n });
    expect(withdrawPending(pending, TOMORROW)).toEqual({ pending: pending.slice(1), paidMor: 3n });
    expect(withdrawPending(pending, TOMORROW + DAY_SECONDS)).toEqual({ pending: [], paidMor: 8n });
  });
});
