import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  disputeWindowSeconds,
  earnedMor,
  requireSessionDuration,
  type SessionClose,
  sessionCostMor,
  settleSession,
  vestDay,
} from './session.js';
import { DAY_SECONDS } from './units.js';

const NOON = 20_000n * DAY_SECONDS + DAY_SECONDS / 2n;

/** One hour at 10 wei per second from noon, closed by the user with pass after 5 minutes; window 6 minutes. */
const hour: SessionClose = {
  pricePerSecondMor: 10n,
  openedAt: NOON,
  durationSeconds: 3_600n,
  now: NOON + 300n,
  payment: 'pool',
  verdict: 'pass',
  closer: 'user',
  userStakeExceededProviderStake: true,
};

const settled = (earned: bigint, parts: Record<string, bigint>) => ({
  earnedMor: earned,
  creditedMor: 0n,
  refundedMor: 0n,
  backToAllowanceMor: 0n,
  backToPoolMor: 0n,
  ...parts,
});

describe('durations', () => {
  it('are 5 minutes at least and 24 hours at most', () => {
    for (const good of [300n, 86_400n]) expect(() => requireSessionDuration(good)).not.toThrow();
    for (const bad of [0n, 299n, 86_401n, 2n ** 32n]) {
      expect(() => requireSessionDuration(bad)).toThrow(expect.objectContaining({ code: 'SESSION_DURATION_INVALID' }));
    }
  });

  it.each([
    [300n, 30n],
    [309n, 30n],
    [3_600n, 360n],
    [17_999n, 1_799n],
    [18_000n, 1_800n],
    [86_400n, 1_800n],
  ])('of %d s have a dispute window of %d s', (duration, window) => {
    expect(disputeWindowSeconds(duration)).toBe(window);
  });

  it('vest at the start of the second day after the end', () => {
    expect(vestDay(DAY_SECONDS - 1n)).toBe(2n);
    expect(vestDay(DAY_SECONDS)).toBe(3n);
  });
});

describe('earnedMor', () => {
  it.each([
    [0n, 0n],
    [1n, 10n],
    [3_600n, 36_000n],
    [3_601n, 36_000n],
    [10n ** 9n, 36_000n],
  ])('after %d s is %d', (elapsed, earned) => {
    expect(earnedMor({ ...hour, now: NOON + elapsed })).toBe(earned);
  });

  it('refuses a close before the opening', () => {
    expect(() => earnedMor({ ...hour, now: NOON - 1n })).toThrow(
      expect.objectContaining({ code: 'SESSION_NOT_OPEN_YET' }),
    );
  });
});

describe('settleSession (DESIGN 5)', () => {
  it('credits what was earned and returns the rest to the allowance of the day', () => {
    expect(settleSession(hour)).toEqual(settled(3_000n, { creditedMor: 3_000n, backToAllowanceMor: 33_000n }));
  });

  it('only frees the reservation when closed on a later day', () => {
    const late = { ...hour, openedAt: NOON + 43_199n, now: NOON + 43_200n };
    expect(settleSession(late)).toEqual(settled(10n, { creditedMor: 10n }));
  });

  it('refunds the unused part of a direct payment on any day', () => {
    const direct = { ...hour, payment: 'direct', openedAt: NOON + 43_199n, now: NOON + 43_200n } as const;
    expect(settleSession(direct)).toEqual(settled(10n, { creditedMor: 10n, refundedMor: 35_990n }));
  });

  describe('fail by the user, pool payment, larger stake', () => {
    const fail = { ...hour, verdict: 'fail', now: NOON + 360n } as const;

    it('takes the pay back within the window, its last second included', () => {
      expect(settleSession(fail)).toEqual(settled(3_600n, { backToPoolMor: 3_600n, backToAllowanceMor: 32_400n }));
    });

    it('is a point in the statistics only: later, with less stake, directly paid, by others', () => {
      const paid = settled(3_600n, { creditedMor: 3_600n, backToAllowanceMor: 32_400n });
      expect(settleSession({ ...fail, userStakeExceededProviderStake: false })).toEqual(paid);
      expect(settleSession({ ...fail, verdict: 'pass' })).toEqual(paid);
      expect(settleSession({ ...fail, now: NOON + 361n }).creditedMor).toBe(3_610n);
      expect(settleSession({ ...fail, payment: 'direct' })).toEqual(
        settled(3_600n, { creditedMor: 3_600n, refundedMor: 32_400n }),
      );
      expect(settleSession({ ...fail, closer: 'anyone', now: NOON + 3_600n })).toEqual(
        settled(36_000n, { creditedMor: 36_000n }),
      );
    });
  });

  describe('a provider who leaves', () => {
    const left = { ...hour, closer: 'provider', now: NOON + 360n } as const;

    it('earns nothing within the window; all returns to the user', () => {
      expect(settleSession(left)).toEqual(settled(0n, { backToAllowanceMor: 36_000n }));
      expect(settleSession({ ...left, payment: 'direct' })).toEqual(settled(0n, { refundedMor: 36_000n }));
      expect(settleSession({ ...left, verdict: 'fail' })).toEqual(settled(0n, { backToAllowanceMor: 36_000n }));
    });

    it('keeps what was earned after the window', () => {
      expect(settleSession({ ...left, now: NOON + 361n })).toEqual(
        settled(3_610n, { creditedMor: 3_610n, backToAllowanceMor: 32_390n }),
      );
    });
  });

  it('lets strangers close from the end on', () => {
    const stranger = { ...hour, closer: 'anyone', now: NOON + 3_599n } as const;
    expect(() => settleSession(stranger)).toThrow(expect.objectContaining({ code: 'SESSION_NOT_ENDED' }));
    expect(settleSession({ ...stranger, now: NOON + 3_600n }).creditedMor).toBe(36_000n);
  });

  it('loses and invents nothing (TRUST I17)', () => {
    const close = fc.record({
      pricePerSecondMor: fc.bigInt({ min: 0n, max: 2n ** 111n }),
      openedAt: fc.bigInt({ min: NOON, max: NOON + DAY_SECONDS }),
      durationSeconds: fc.bigInt({ min: 300n, max: DAY_SECONDS }),
      payment: fc.constantFrom('pool' as const, 'direct' as const),
      verdict: fc.constantFrom('pass' as const, 'fail' as const),
      closer: fc.constantFrom('user' as const, 'provider' as const),
      userStakeExceededProviderStake: fc.boolean(),
      elapsed: fc.bigInt({ min: 0n, max: 2n * DAY_SECONDS }),
    });
    fc.assert(
      fc.property(close, ({ elapsed, ...rest }) => {
        const session = { ...rest, now: rest.openedAt + elapsed };
        const parts = settleSession(session);
        const costMor = sessionCostMor(rest.pricePerSecondMor, rest.durationSeconds);
        const unusedMor = costMor - parts.earnedMor;
        const sameDay = session.now / DAY_SECONDS === rest.openedAt / DAY_SECONDS;
        expect(parts.creditedMor + parts.backToPoolMor).toBe(parts.earnedMor);
        expect(parts.refundedMor + parts.backToAllowanceMor).toBe(
          sameDay || rest.payment === 'direct' ? unusedMor : 0n,
        );
        expect(parts.earnedMor <= rest.pricePerSecondMor * elapsed && parts.earnedMor <= costMor).toBe(true);
      }),
    );
  });
});
