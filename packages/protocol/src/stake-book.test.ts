import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedMor } from './counted-stake.js';
import { min } from './math.js';
import { accountRemainingMor } from './stake-account.js';
import {
  accountOf,
  chargeInBook,
  createStakeBook,
  giveBackInBook,
  type StakeBook,
  stakeInBook,
  type StakePurpose,
  unstakeInBook,
  withdrawFromBook,
} from './stake-book.js';
import { DAY_SECONDS, dayOf, parseAddress } from './units.js';

const PURPOSES = ['Session', 'Access'] as const satisfies readonly StakePurpose[];
const alice = parseAddress(`0x${'11'.repeat(20)}`);
const bob = parseAddress(`0x${'22'.repeat(20)}`);
const carol = parseAddress(`0x${'33'.repeat(20)}`);
const USERS = [alice, bob, carol];
const NOON = 20_000n * DAY_SECONDS + DAY_SECONDS / 2n;

const totalCounted = (book: StakeBook, day: bigint) =>
  PURPOSES.reduce((sum, purpose) => sum + countedMor(book.totals[purpose], day), 0n);

describe('the stake book (DESIGN 4)', () => {
  const session = { user: alice, purpose: 'Session', now: NOON } as const;

  it('limits what both purposes count to the supply of an open day', () => {
    let book = stakeInBook(createStakeBook(), { ...session, amountMor: 60n, daySupplyMor: 100n });
    book = stakeInBook(book, { ...session, user: bob, purpose: 'Access', amountMor: 60n, daySupplyMor: 100n });
    expect(totalCounted(book, dayOf(NOON))).toBe(100n);
    expect(totalCounted(book, dayOf(NOON) + 1n)).toBe(120n);
    expect(accountOf(book, bob, 'Access')).toMatchObject({ activeMor: 60n, highestMor: 40n });
  });

  it('pays unstaked MOR at its midnight, both purposes by one call', () => {
    let book = stakeInBook(createStakeBook(), { ...session, amountMor: 60n, daySupplyMor: undefined });
    book = stakeInBook(book, { ...session, purpose: 'Access', amountMor: 5n, daySupplyMor: undefined });
    book = unstakeInBook(book, { ...session, amountMor: 60n });
    book = unstakeInBook(book, { ...session, purpose: 'Access', amountMor: 5n });
    const midnight = NOON + DAY_SECONDS / 2n;
    expect(withdrawFromBook(book, alice, midnight - 1n).paidMor).toBe(0n);
    const paid = withdrawFromBook(book, alice, midnight);
    expect(paid.paidMor).toBe(65n);
    expect(withdrawFromBook(paid.book, alice, midnight).paidMor).toBe(0n);
    expect(withdrawFromBook(book, bob, midnight).paidMor).toBe(0n);
  });

  it('charges and gives back an allowance', () => {
    const book = stakeInBook(createStakeBook(), { ...session, amountMor: 100n, daySupplyMor: 1_000n });
    const charged = chargeInBook(book, { ...session, amountMor: 10n, budgetMor: 100n, supplyMor: 1_000n });
    expect(accountOf(charged, alice, 'Session').usedMor).toBe(10n);
    const back = giveBackInBook(charged, { ...session, amountMor: 3n, chargedDay: dayOf(NOON) });
    expect(accountOf(back, alice, 'Session').usedMor).toBe(7n);
  });
});

// --- Random walks

const stepArbitrary = fc.record({
  wait: fc.oneof(fc.constantFrom(0n, 1n, DAY_SECONDS / 2n), fc.bigInt({ min: 0n, max: 2n * DAY_SECONDS })),
  kind: fc.constantFrom('stake' as const, 'unstake' as const, 'charge' as const, 'giveBack' as const),
  user: fc.constantFrom(...USERS),
  purpose: fc.constantFrom(...PURPOSES),
  part: fc.bigInt({ min: 0n, max: 100n }),
});

describe('random walks of the stake book', () => {
  it('keep I13, I13b, I15 and totals equal to the sum of the accounts on every day', () => {
    const successes = { stake: 0, unstake: 0, charge: 0, giveBack: 0 };
    fc.assert(
      fc.property(fc.array(stepArbitrary, { minLength: 20, maxLength: 60 }), (steps) => {
        let book = createStakeBook();
        let now = NOON;
        let depositedMor = 0n;
        /** A day opens at its first step; the supply leaves little room, so that the limit is met. */
        const supplies = new Map<bigint, bigint>();
        for (const { wait, kind, user, purpose, part } of steps) {
          now += wait;
          const day = dayOf(now);
          if (!supplies.has(day)) supplies.set(day, totalCounted(book, day) + 120n);
          const supplyMor = supplies.get(day) ?? 0n;
          const budgetMor = supplyMor / 3n;
          const account = accountOf(book, user, purpose);
          const change = { user, purpose, now };
          if (kind === 'stake') {
            book = stakeInBook(book, { ...change, amountMor: part, daySupplyMor: supplyMor });
            depositedMor += part;
          } else if (kind === 'unstake') {
            book = unstakeInBook(book, { ...change, amountMor: (account.activeMor * part) / 100n });
          } else if (kind === 'charge') {
            const leftMor = accountRemainingMor(account, { day, budgetMor, supplyMor });
            book = chargeInBook(book, { ...change, amountMor: (leftMor * part) / 100n, budgetMor, supplyMor });
          } else {
            const usedMor = account.day === day ? account.usedMor : 0n;
            book = giveBackInBook(book, { ...change, amountMor: (usedMor * part) / 100n, chargedDay: day });
          }
          successes[kind]++;

          const after = accountOf(book, user, purpose);
          expect(after.usedMor * supplyMor <= budgetMor * countedMor(after, day)).toBe(true);
          expect(totalCounted(book, day) <= supplyMor).toBe(true);
        }
        const pendingMor = [...book.pending.values()].flat().reduce((sum, entry) => sum + entry.amountMor, 0n);
        const activeMor = PURPOSES.reduce((sum, purpose) => sum + book.totals[purpose].activeMor, 0n);
        expect(activeMor + pendingMor).toBe(depositedMor);
        for (let day = dayOf(NOON) - 1n; day <= min(dayOf(now) + 2n, dayOf(NOON) + 130n); day++) {
          for (const purpose of PURPOSES) {
            const sum = USERS.reduce((total, user) => total + countedMor(accountOf(book, user, purpose), day), 0n);
            expect(countedMor(book.totals[purpose], day)).toBe(sum);
          }
        }
      }),
    );
    for (const count of Object.values(successes)) expect(count).toBeGreaterThan(100);
  });
});
