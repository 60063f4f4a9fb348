import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bookOf,
  claimInLedger,
  collectFromLedger,
  commitToLedger,
  createDayBookLedger,
  creditOf,
  type DayBookLedger,
  fallInLedger,
  type LedgerCommit,
  type LedgerRules,
  openLedgerDay,
  sealInLedger,
} from './day-book-ledger.js';
import { bookClosesAt, bookStatus } from './day-book-record.js';
import { ARBITRUM_SCHEDULE, EMISSION_START_AT, scheduledTotalOfDay } from './emission.js';
import { ProtocolError } from './errors.js';
import { LAUNCH_DAYS } from './incentive.js';
import { DAY_SECONDS, dayOf, dayStartAt, HOUR_SECONDS, MOR, parseAddress } from './units.js';

const D = dayOf(EMISSION_START_AT) + 1_000n;
const at = (day: bigint, hour = 0n) => dayStartAt(day) + hour * HOUR_SECONDS;
const address = (n: number) => parseAddress(`0x${n.toString(16).padStart(40, '0')}`);
const [router, otherRouter] = [address(1), address(2)];
const [provider, otherProvider] = [address(11), address(12)];
const code = (name: string) => expect.objectContaining({ code: name });

const rules: LedgerRules = {
  schedule: ARBITRUM_SCHEDULE,
  budgetBps: 100n,
  guardBps: 100n,
  minOpenMor: MOR,
  priorComputePaidMor: 0n,
  startPriceMor: 10n ** 11n,
  launchDay: 0n,
};
const open = (ledger: DayBookLedger, day: bigint, arrivedMor: bigint, given = rules) =>
  openLedgerDay(ledger, { now: at(day), arrivedMor, totalSupplyMor: 10_000_000n * MOR }, given);

/** 300,000 MOR arrived a day before; the day is open, and all of the supply is access stake. */
const before = open(createDayBookLedger(), D - 1n, 300_000n * MOR);
const opened = open(before, D, 0n);
const countedMor = opened.days.get(D)?.supplyMor ?? 0n;
const commit: LedgerCommit = {
  router,
  day: D,
  totalMor: 900n * MOR,
  totalTokens: 4_500_000_000n,
  shareBps: 6_000n,
  countedMor,
  now: at(D, 1n),
};
const committed = commitToLedger(opened, commit, rules);
const next = { ...commit, day: D + 1n, now: at(D + 1n, 1n), totalMor: MOR, totalTokens: 10n };
const claim = { router, day: D, provider, dayMor: 600n * MOR, index: 0n, now: at(D + 2n, 13n) };

/** The next day is open, its first commit sealed the book of the day. */
const sealed = commitToLedger(open(committed, D + 1n, 0n), next, rules);

describe('opening a day', () => {
  it('takes in what arrived, and buys at the start price', () => {
    expect(opened.days.get(D)).toMatchObject({
      poolMor: 300_000n * MOR,
      budgetMor: 3_000n * MOR,
      referencePriceMor: 10n ** 11n,
      maxTokens: 30_000_000_000n,
    });
  });

  it('happens once, and not over a pool that is too small', () => {
    expect(() => open(opened, D, 0n)).toThrow(code('DAY_OPEN_ALREADY'));
    expect(() => open(createDayBookLedger(), D, MOR - 1n)).toThrow(code('POOL_TOO_SMALL'));
  });

  it('leaves out what books have promised', () => {
    expect(sealed.days.get(D + 1n)?.poolMor).toBe(299_100n * MOR);
  });

  it('takes the price of the final books of three days ago, as they are when it opens', () => {
    const later = open(sealed, D + 3n, 0n);
    expect(later.days.get(D + 3n)?.referencePriceMor).toBe(200_000_000_000n);
    const fallen = fallInLedger(sealed, router, D, at(D + 2n));
    expect(open(fallen, D + 3n, 0n).days.get(D + 3n)?.referencePriceMor).toBe(10n ** 11n);
    const unsealed = open(open(committed, D + 1n, 0n), D + 3n, 0n);
    expect(unsealed.days.get(D + 3n)?.referencePriceMor).toBe(10n ** 11n);
    // Without a market on the next day the price drifts back.
    expect(open(later, D + 4n, 0n).days.get(D + 4n)?.referencePriceMor).toBe(195_000_000_000n);
  });
});

describe('committing a book', () => {
  it('is owed at once; a larger book replaces it', () => {
    expect(committed.owedMor).toBe(900n * MOR);
    const larger = commitToLedger(committed, { ...commit, totalMor: 900n * MOR + 1n }, rules);
    expect(larger.owedMor).toBe(900n * MOR + 1n);
    expect(() => commitToLedger(committed, commit, rules)).toThrow(code('BOOK_NOT_LARGER'));
  });

  it('is refused above the share of the budget that access stake commands', () => {
    const capMor = 1_800n * MOR;
    expect(() => commitToLedger(opened, { ...commit, totalMor: capMor }, rules)).not.toThrow();
    expect(() => commitToLedger(opened, { ...commit, totalMor: capMor + 1n }, rules)).toThrow(
      code('REQUEST_CAP_EXCEEDED'),
    );
  });

  it('needs an opened day', () => {
    expect(() => commitToLedger(opened, { ...commit, day: D + 1n }, rules)).toThrow(code('DAY_NOT_OPEN'));
  });

  it('ends with the first commit of a later day, or 24 h after the day', () => {
    const more = { ...commit, totalMor: 901n * MOR };
    expect(bookStatus(bookOf(sealed, router, D), at(D + 1n, 1n))).toBe('sealed');
    expect(() => commitToLedger(sealed, { ...more, now: at(D + 1n, 2n) }, rules)).toThrow(code('BOOK_CLOSED'));
    const last = bookClosesAt(D) - 1n;
    expect(() => commitToLedger(committed, { ...more, now: last }, rules)).not.toThrow();
    expect(() => commitToLedger(committed, { ...more, now: last + 1n }, rules)).toThrow(code('BOOK_CLOSED'));
  });

  it('is closed by anyone 24 h after the day, once', () => {
    expect(() => sealInLedger(committed, router, D, bookClosesAt(D) - 1n)).toThrow(code('BOOK_STILL_OPEN'));
    const closed = sealInLedger(committed, router, D, bookClosesAt(D));
    expect(bookOf(closed, router, D)?.sealedAt).toBe(bookClosesAt(D));
    expect(() => sealInLedger(closed, router, D, bookClosesAt(D))).toThrow(code('BOOK_CLOSED'));
    expect(() => sealInLedger(closed, otherRouter, D, bookClosesAt(D))).toThrow(code('BOOK_NOT_FOUND'));
    expect(() => commitToLedger(closed, { ...commit, now: bookClosesAt(D) - 1n }, rules)).toThrow(code('BOOK_CLOSED'));
    // Sealed before: the commit of the next day leaves the time of sealing as it is.
    const after = open(closed, D + 2n, 0n);
    const following = commitToLedger(after, { ...next, day: D + 2n, now: at(D + 2n, 1n) }, rules);
    expect(bookOf(following, router, D)?.sealedAt).toBe(bookClosesAt(D));
  });
});

describe('claiming', () => {
  it('is for final books: 36 h after sealing', () => {
    const tooEarly = { ...claim, now: claim.now - 1n };
    expect(() => claimInLedger(sealed, tooEarly, rules)).toThrow(code('BOOK_NOT_FINAL'));
    expect(() => claimInLedger(committed, claim, rules)).toThrow(code('BOOK_NOT_FINAL'));
    expect(() => claimInLedger(sealed, { ...claim, router: otherRouter }, rules)).toThrow(code('BOOK_NOT_FOUND'));
    expect(bookStatus(undefined, 0n)).toBe('none');
    const paid = claimInLedger(sealed, claim, rules);
    expect(paid).toMatchObject({ creditedMor: 600n * MOR, incentiveMor: 0n, paidMor: 600n * MOR });
    expect(paid.ledger.owedMor).toBe(301n * MOR);
  });

  it('happens once, and never credits more than the book has left', () => {
    const first = claimInLedger(sealed, claim, rules).ledger;
    expect(() => claimInLedger(first, claim, rules)).toThrow(code('CLAIMED_ALREADY'));
    const second = claimInLedger(first, { ...claim, provider: otherProvider }, rules);
    expect(second.creditedMor).toBe(300n * MOR);
  });

  it('pays what the guard lets out; the rest stays owed and is collected later', () => {
    const strict = { ...rules, guardBps: 10n };
    const paid = claimInLedger(sealed, claim, strict);
    expect(paid.paidMor).toBe(300n * MOR);
    expect(creditOf(paid.ledger, provider)).toBe(300n * MOR);
    const rest = collectFromLedger(paid.ledger, provider, claim.now + DAY_SECONDS + HOUR_SECONDS, strict);
    expect([rest.paidMor, rest.ledger.owedMor]).toEqual([2_997n * 10n ** 17n, 3_013n * 10n ** 17n]);
  });

  it('brings the incentive of the launch, fixed by the first commit', () => {
    const launched = { ...rules, launchDay: D - LAUNCH_DAYS + 1n };
    const late = commitToLedger(commitToLedger(opened, commit, launched), { ...commit, totalMor: 901n * MOR }, rules);
    const ledger = commitToLedger(open(late, D + 1n, 0n), next, launched);
    const pot = (scheduledTotalOfDay(ARBITRUM_SCHEDULE, D) * 240n * 6_000n) / 10n ** 8n;
    expect(bookOf(ledger, router, D)).toMatchObject({ potMor: pot, places: 60n });
    expect(bookOf(ledger, router, D + 1n)).toMatchObject({ potMor: 0n, places: 0n });
    const { incentiveMor, ledger: after } = claimInLedger(ledger, claim, launched);
    expect(incentiveMor).toBe((pot * 600n) / 901n);
    expect(after.paidMor).toBe(600n * MOR + incentiveMor);
    expect(claimInLedger(ledger, { ...claim, index: 60n }, launched).incentiveMor).toBe(0n);
  });
});

describe('a fault', () => {
  it('frees what the book promised, before it is final', () => {
    const fallen = fallInLedger(sealed, router, D, claim.now - 1n);
    expect(fallen.owedMor).toBe(MOR);
    expect(() => claimInLedger(fallen, claim, rules)).toThrow(code('BOOK_NOT_FINAL'));
    expect(() => fallInLedger(fallen, router, D, claim.now)).toThrow(code('BOOK_CLOSED'));
    expect(() => fallInLedger(sealed, router, D, claim.now)).toThrow(code('BOOK_IS_FINAL'));
    expect(() => fallInLedger(sealed, otherRouter, D, claim.now)).toThrow(code('BOOK_NOT_FOUND'));
  });
});

// --- Random walks

const moves = fc.array(
  fc.record({
    kind: fc.constantFrom('wait', 'wait', 'commit', 'commit', 'claim', 'claim', 'fall', 'collect'),
    hours: fc.bigInt({ min: 1n, max: 20n }),
    part: fc.bigInt({ min: 1n, max: 100n }),
    router: fc.constantFrom(router, otherRouter),
    provider: fc.constantFrom(provider, otherProvider),
    back: fc.bigInt({ min: 0n, max: 4n }),
  }),
  { minLength: 40, maxLength: 120 },
);

/** Does what can be done and passes over what is refused. */
function attempt(ledger: DayBookLedger, change: () => DayBookLedger): DayBookLedger {
  try {
    return change();
  } catch (error) {
    if (error instanceof ProtocolError) return ledger;
    throw error;
  }
}

const sumOf = (amounts: Iterable<bigint>) => [...amounts].reduce((sum, amount) => sum + amount, 0n);

describe('on random walks', () => {
  const launched = { ...rules, launchDay: D };

  it('owes what books have left and providers were credited; no book credits above its sum (TRUST I19, I20, I31) [YS-086]', () => {
    let claims = 0;
    fc.assert(
      fc.property(moves, (steps) => {
        let [ledger, now] = [opened, at(D, 2n)];
        for (const { kind, hours, part, router, provider, back } of steps) {
          const day = dayOf(now) - back;
          if (kind === 'wait') {
            now += hours * HOUR_SECONDS;
            const opening = { now, arrivedMor: 3_000n * MOR, totalSupplyMor: 10_000_000n * MOR };
            if (!ledger.days.has(dayOf(now))) ledger = openLedgerDay(ledger, opening, launched);
          } else if (kind === 'commit') {
            const totalMor = part * 17n * MOR;
            const wanted = { ...commit, router, day: dayOf(now), now, totalMor, shareBps: 5_000n };
            ledger = attempt(ledger, () => commitToLedger(ledger, wanted, launched));
          } else if (kind === 'claim') {
            const wanted = { router, day, provider, dayMor: part * 10n * MOR, index: part, now };
            ledger = attempt(ledger, () => {
              const made = claimInLedger(ledger, wanted, launched);
              expect(made.incentiveMor <= made.creditedMor).toBe(true);
              claims += 1;
              return made.ledger;
            });
          } else if (kind === 'fall') {
            ledger = attempt(ledger, () => fallInLedger(ledger, router, day, now));
          } else {
            ledger = collectFromLedger(ledger, provider, now, launched).ledger;
          }
          const books = [...ledger.books.values()].flatMap((list) => [...list.values()]);
          const leftMor = sumOf(books.filter((b) => !b.isFallen).map((b) => b.totalMor - b.claimedMor));
          expect(ledger.owedMor).toBe(leftMor + sumOf(ledger.credits.values()));
          expect(books.every((b) => b.claimedMor <= b.totalMor)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
    expect(claims).toBeGreaterThan(20);
  });
});
