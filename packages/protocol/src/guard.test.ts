import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createGuard,
  credit,
  draw,
  type Guard,
  GUARD_OPENING_MAX,
  GUARD_OPENING_UNIT,
  type GuardRules,
  guardStatus,
  receive,
  touch,
} from './guard.js';
import { type GuardEvent, type GuardOracleRules, guardViolations } from './guard-oracle.js';
import { DAY_SECONDS, dayOf, HOUR_SECONDS, MOR, UINT96_MAX } from './units.js';

const HOUR = HOUR_SECONDS;
const DAY = DAY_SECONDS;
/** A midnight; t0 of the stories. */
const T0 = 20_000n * DAY;
const EVERYTHING = 10n ** 30n;

const rules: GuardRules = { guardBps: 100n, scheduledComputeMor: 3_000n * MOR };
const available = (guard: Guard, now: bigint) => guardStatus(guard, now, rules).availableMor;

/** A pool of 100,000 MOR since three days before t0, credited, so that nothing counts as received. */
const old = credit(createGuard(), 100_000n * MOR, T0 - 3n * DAY);

describe('the base: what the pool held 24 hours ago (DESIGN 3.3)', () => {
  it('is 0 before any history, and 0 until the hour of the first change is 24 hours old', () => {
    expect(guardStatus(createGuard(), T0, rules)).toEqual({
      spentMor: 0n,
      receivedMor: 0n,
      baseMor: 0n,
      allowedMor: 0n,
      availableMor: 0n,
    });
    const young = credit(createGuard(), 100_000n * MOR, T0 + 1_800n);
    expect(available(young, T0 + DAY - 1n)).toBe(0n);
    // The bucket of hour 0 opened empty, so its hour gives nothing yet.
    expect(available(young, T0 + DAY)).toBe(0n);
    expect(available(young, T0 + DAY + HOUR - 1n)).toBe(0n);
    expect(available(young, T0 + DAY + HOUR)).toBe(1_000n * MOR);
  });

  it('inherits the balance over hours without a bucket', () => {
    expect(available(old, T0)).toBe(1_000n * MOR);
    const slashed = credit(old, 50_000n * MOR, T0 - 5n * HOUR);
    expect(available(slashed, T0)).toBe(1_000n * MOR);
    expect(available(slashed, T0 + 19n * HOUR)).toBe(1_000n * MOR);
    expect(available(slashed, T0 + 20n * HOUR)).toBe(1_500n * MOR);
  });

  it('is the opening less what the same hour spent', () => {
    const { guard } = draw(old, 1_000n * MOR, T0 + 10n, rules);
    expect(guardStatus(guard, T0 + DAY, rules).baseMor).toBe(99_000n * MOR);
    expect(guardStatus(guard, T0 + DAY + HOUR, rules).baseMor).toBe(99_000n * MOR);
  });

  it('is rounded down to 1e9 wei and saturates', () => {
    const odd = credit(createGuard(), 10n ** 9n * 5n + 999_999_999n, T0 - 3n * DAY);
    expect(guardStatus(odd, T0, rules).baseMor).toBe(5n * 10n ** 9n);
    expect(guardStatus(touch(odd, T0), T0 + DAY, rules).baseMor).toBe(5n * 10n ** 9n);
    const huge = credit(createGuard(), UINT96_MAX, T0 - 3n * DAY);
    const most = GUARD_OPENING_MAX * GUARD_OPENING_UNIT;
    expect(guardStatus(huge, T0, rules).baseMor).toBe(most);
    expect(guardStatus(touch(huge, T0), T0 + DAY, rules).baseMor).toBe(most);
  });
});

describe('the window', () => {
  it('counts a payment for the current and 24 full hours', () => {
    const { guard, drawnMor } = draw(old, EVERYTHING, T0, rules);
    expect(drawnMor).toBe(1_000n * MOR);
    expect(draw(guard, 1n, T0, rules).drawnMor).toBe(0n);
    expect(draw(guard, 1n, T0 + DAY - 1n, rules).drawnMor).toBe(0n);
    expect(draw(guard, 1n, T0 + DAY, rules).drawnMor).toBe(0n);
    expect(draw(guard, 1n, T0 + DAY + HOUR - 1n, rules).drawnMor).toBe(0n);
    expect(draw(guard, EVERYTHING, T0 + DAY + HOUR, rules).drawnMor).toBe(990n * MOR);
  });

  it('counts emission for the current and 23 full hours, up to one day of the schedule', () => {
    const lump = receive(old, 5_000n * MOR, T0 + HOUR - 1n);
    expect(available(lump, T0 + HOUR - 1n)).toBe(4_000n * MOR);
    expect(available(lump, T0 + DAY - 1n)).toBe(4_000n * MOR);
    expect(available(lump, T0 + DAY)).toBe(1_000n * MOR);
    const small = receive(old, 5n * MOR, T0);
    expect(available(small, T0)).toBe(1_005n * MOR);
  });

  it('builds up no larger burst in idle time (TRUST I7)', () => {
    for (const idle of [25n * HOUR, 26n * HOUR, 30n * DAY, 10_000n * DAY]) {
      expect(draw(old, EVERYTHING, T0 + idle, rules).drawnMor).toBe(1_000n * MOR);
    }
  });

  it('forgets nothing when the rules change (TRUST I8)', () => {
    const { guard } = draw(old, 400n * MOR, T0, rules);
    expect(guardStatus(guard, T0, { ...rules, guardBps: 50n }).availableMor).toBe(100n * MOR);
    expect(guardStatus(guard, T0, { ...rules, guardBps: 10n }).availableMor).toBe(0n);
    expect(guardStatus(guard, T0, { ...rules, guardBps: 0n }).availableMor).toBe(0n);
  });
});

describe('draw', () => {
  it('pays at most what the pool holds', () => {
    const poor = draw(receive(createGuard(), 10n, T0), 7n, T0, rules);
    expect(poor.drawnMor).toBe(7n);
    expect(draw(poor.guard, 7n, T0, rules)).toMatchObject({ drawnMor: 3n, guard: { poolMor: 0n } });
    const full = { guardBps: 10_000n, scheduledComputeMor: EVERYTHING };
    const twice = receive(credit(createGuard(), 10n ** 9n, T0 - 3n * DAY), 5n, T0);
    const emptied = draw(twice, EVERYTHING, T0, full);
    expect(emptied.drawnMor).toBe(10n ** 9n + 5n);
    expect(guardStatus(emptied.guard, T0, full).availableMor).toBe(0n);
  });

  it('splits as it pays: many small payments get what one gets', () => {
    let guard = old;
    let paidMor = 0n;
    for (let i = 0; i < 1_100; i++) {
      const step = draw(guard, MOR, T0, rules);
      guard = step.guard;
      paidMor += step.drawnMor;
    }
    expect(paidMor).toBe(1_000n * MOR);
  });

  it('counts whatever the pool can hold', () => {
    const rich = receive(credit(createGuard(), UINT96_MAX / 2n, T0 - 3n * DAY), UINT96_MAX / 4n, T0);
    const wide = { guardBps: 10_000n, scheduledComputeMor: UINT96_MAX };
    expect(guardStatus(rich, T0, wide).receivedMor).toBe(UINT96_MAX / 4n);
    const first = draw(rich, 5n, T0, wide);
    const rest = draw(first.guard, UINT96_MAX, T0, wide);
    const allowedMor = GUARD_OPENING_MAX * GUARD_OPENING_UNIT + UINT96_MAX / 4n;
    expect(rest.drawnMor).toBe(allowedMor - 5n);
    expect(guardStatus(rest.guard, T0, wide)).toMatchObject({ spentMor: allowedMor, availableMor: 0n });
  });

  it('refuses times that step back, negative amounts, a pool above 96 bits', () => {
    expect(() => credit(old, 1n, T0 - 4n * DAY)).toThrow(expect.objectContaining({ code: 'TIME_BACKWARDS' }));
    expect(() => credit(old, -1n, T0)).toThrow(expect.objectContaining({ code: 'NEGATIVE_NUMBER' }));
    expect(() => draw(old, -1n, T0, rules)).toThrow(expect.objectContaining({ code: 'NEGATIVE_NUMBER' }));
    expect(() => receive(old, UINT96_MAX, T0)).toThrow(expect.objectContaining({ code: 'GUARD_POOL_TOO_LARGE' }));
  });
});

// --- Random walks against the oracle

interface Step {
  readonly wait: bigint;
  readonly kind: GuardEvent['kind'];
  readonly amount: bigint;
}

const scheduledOn = (day: bigint) => (3_000n - (day - 19_990n)) * MOR;
const oracleRules: GuardOracleRules = { guardBps: 100n, scheduledComputeOfDay: scheduledOn };

const waits = [
  0n,
  1n,
  HOUR - 1n,
  HOUR,
  HOUR + 1n,
  23n * HOUR,
  DAY - 1n,
  DAY,
  DAY + 1n,
  25n * HOUR,
  26n * HOUR,
  3n * DAY,
];
const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  wait: fc.oneof(fc.constantFrom(...waits), fc.bigInt({ min: 0n, max: 2n * DAY }), fc.bigInt({ min: 0n, max: HOUR })),
  kind: fc.constantFrom('receive', 'credit', 'draw', 'draw', 'draw'),
  amount: fc.oneof(fc.bigInt({ min: 0n, max: 5_000n * MOR }), fc.constant(EVERYTHING / 10n ** 6n)),
});
const walkArbitrary = fc.record({
  start: fc.bigInt({ min: T0, max: T0 + DAY }),
  steps: fc.array(stepArbitrary, { minLength: 30, maxLength: 60 }),
});

/** Where a payment comes from: the guard, or a broken one. */
type Payer = (guard: Guard, amount: bigint, now: bigint, rules: GuardRules) => { guard: Guard; drawnMor: bigint };

function walk(payer: Payer, start: bigint, steps: readonly Step[]): GuardEvent[] {
  const log: GuardEvent[] = [];
  let guard = createGuard();
  let t = start;
  for (const { wait, kind, amount } of steps) {
    t += wait;
    if (kind === 'draw') {
      const step = payer(guard, amount, t, { guardBps: 100n, scheduledComputeMor: scheduledOn(dayOf(t)) });
      guard = step.guard;
      log.push({ t, kind, amount: step.drawnMor });
    } else {
      guard = kind === 'receive' ? receive(guard, amount, t) : credit(guard, amount, t);
      log.push({ t, kind, amount });
    }
  }
  return log;
}

describe('the guard against the oracle (TRUST I6)', () => {
  it('keeps both halves on random walks', () => {
    let paid = 0;
    fc.assert(
      fc.property(walkArbitrary, ({ start, steps }) => {
        const log = walk(draw, start, steps);
        paid += log.filter((event) => event.kind === 'draw' && event.amount > 0n).length;
        expect(guardViolations(log, oracleRules)).toEqual([]);
      }),
      { numRuns: 200 },
    );
    expect(paid).toBeGreaterThan(500);
  });

  it('keeps them at many phases of the hour', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: HOUR }),
        fc.array(fc.bigInt({ min: 1n, max: 2n * HOUR })),
        (phase, waitList) => {
          const greedy = [
            { wait: phase, kind: 'credit', amount: 100_000n * MOR },
            { wait: 25n * HOUR, kind: 'receive', amount: 4_000n * MOR },
            ...waitList.map((wait) => ({ wait, kind: 'draw', amount: EVERYTHING }) as const),
            { wait: DAY - 1n, kind: 'draw', amount: EVERYTHING },
          ] as const;
          expect(guardViolations(walk(draw, T0, greedy), oracleRules)).toEqual([]);
        },
      ),
    );
  });

  it('leaves P0 x 0.99^(n+1) after n days without emission (TRUST I11)', () => {
    let guard = old;
    let leastScaled = guard.poolMor;
    for (let day = 0n; day < 15n; day++) {
      leastScaled = (leastScaled * 99n) / 100n;
      for (let hour = 0n; hour < 24n; hour += 3n) {
        guard = draw(guard, EVERYTHING, T0 + day * DAY + hour * HOUR + ((day * 977n) % HOUR), rules).guard;
        expect(guard.poolMor >= leastScaled).toBe(true);
      }
    }
    expect(guard.poolMor < 90_000n * MOR).toBe(true);
  });
});

describe('the oracle catches a broken guard', () => {
  const forget = (guard: Guard, keep: (hour: bigint) => boolean): Guard => ({
    ...guard,
    ring: guard.ring.map((bucket) => (bucket === undefined || keep(bucket.hour) ? bucket : undefined)),
  });

  it('that looks back 23 hours and a bit', () => {
    const broken: Payer = (guard, amount, now, now_rules) =>
      draw(
        forget(guard, (hour) => hour > now / HOUR - 24n),
        amount,
        now,
        now_rules,
      );
    const steps: Step[] = [
      { wait: 0n, kind: 'credit', amount: 100_000n * MOR },
      { wait: 3n * DAY + HOUR - 1n, kind: 'draw', amount: EVERYTHING },
      { wait: 23n * HOUR + 1n, kind: 'draw', amount: EVERYTHING },
    ];
    expect(guardViolations(walk(draw, T0, steps), oracleRules)).toEqual([]);
    const found = guardViolations(walk(broken, T0, steps), oracleRules);
    expect(found).toContainEqual({
      half: 'at payment',
      t: T0 + 4n * DAY,
      paidScaled: 1_990n * MOR * 10_000n,
      limitScaled: 1_000n * MOR * 10_000n,
    });
  });

  it('that counts by calendar day', () => {
    const broken: Payer = (guard, amount, now, now_rules) =>
      draw(
        forget(guard, (hour) => hour >= (now / DAY) * 24n),
        amount,
        now,
        now_rules,
      );
    const steps: Step[] = [
      { wait: 0n, kind: 'credit', amount: 100_000n * MOR },
      { wait: 4n * DAY - 1n, kind: 'draw', amount: EVERYTHING },
      { wait: 2n, kind: 'draw', amount: EVERYTHING },
    ];
    expect(guardViolations(walk(draw, T0, steps), oracleRules)).toEqual([]);
    const withoutEmission = { ...oracleRules, scheduledComputeOfDay: () => 0n };
    expect(guardViolations(walk(broken, T0, steps), withoutEmission).map(({ half }) => half)).toEqual(
      expect.arrayContaining(['at payment', 'any 24 hours']),
    );
  });

  it('that takes the 1 % of the present pool', () => {
    const broken: Payer = (guard, amount, now, now_rules) => {
      const present = { ...touch(guard, now), firstHour: 0n };
      return draw(
        forget(present, (hour) => hour >= now / HOUR),
        amount,
        now,
        now_rules,
      );
    };
    const steps: Step[] = [
      { wait: 0n, kind: 'credit', amount: 100_000n * MOR },
      { wait: 1n, kind: 'draw', amount: EVERYTHING },
      { wait: HOUR, kind: 'draw', amount: EVERYTHING },
    ];
    expect(guardViolations(walk(draw, T0, steps), oracleRules)).toEqual([]);
    expect(guardViolations(walk(broken, T0, steps), oracleRules).length).toBeGreaterThan(0);
  });

  it('and a log that is not in order', () => {
    const log: GuardEvent[] = [
      { t: 2n, kind: 'credit', amount: 1n },
      { t: 1n, kind: 'credit', amount: 1n },
    ];
    expect(() => guardViolations(log, oracleRules)).toThrow(expect.objectContaining({ code: 'TIME_BACKWARDS' }));
    expect(
      guardViolations([{ t: 5n, kind: 'credit', amount: 1n }], { ...oracleRules, scheduledComputeOfDay: () => 0n }),
    ).toEqual([]);
  });
});
