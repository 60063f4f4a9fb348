import {
  disputeWindowSeconds,
  earnedMor,
  type SessionClose,
  sessionCostMor,
  settleSession,
  vestDay,
} from '../src/session.js';
import { DAY_SECONDS, UINT128_MAX } from '../src/units.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const MIDNIGHT = 20_000n * DAY_SECONDS;
const NOON = MIDNIGHT + DAY_SECONDS / 2n;

const hour: SessionClose = {
  pricePerSecondMor: 10_000_000_007n,
  openedAt: NOON,
  durationSeconds: 3_600n,
  now: NOON,
  payment: 'pool',
  verdict: 'pass',
  closer: 'user',
  userStakeExceededProviderStake: true,
};

/** Every combination at the borders of the dispute window (360 s) and of the session. */
function grid(): SessionClose[] {
  return (['pool', 'direct'] as const).flatMap((payment) =>
    (['pass', 'fail'] as const).flatMap((verdict) =>
      (['user', 'provider', 'anyone'] as const).flatMap((closer) =>
        [true, false].flatMap((userStakeExceededProviderStake) =>
          [360n, 361n, 3_600n].map((elapsed) => ({
            ...hour,
            payment,
            verdict,
            closer,
            userStakeExceededProviderStake,
            now: NOON + elapsed,
          })),
        ),
      ),
    ),
  );
}

const borders: readonly SessionClose[] = [
  { ...hour, now: NOON - 1n },
  { ...hour, now: NOON },
  { ...hour, now: NOON, verdict: 'fail' },
  { ...hour, now: NOON + 1n },
  { ...hour, now: NOON + 3_599n },
  { ...hour, now: NOON + 3_601n },
  { ...hour, now: NOON + 3_599n, closer: 'anyone' },
  { ...hour, now: NOON + 400n * DAY_SECONDS, closer: 'anyone' },
  // Opened a second before midnight: closed on the same day, on the next, within the window of the next.
  { ...hour, openedAt: MIDNIGHT - 1n, now: MIDNIGHT - 1n },
  { ...hour, openedAt: MIDNIGHT - 1n, now: MIDNIGHT },
  { ...hour, openedAt: MIDNIGHT - 1n, now: MIDNIGHT + 359n, verdict: 'fail' },
  { ...hour, openedAt: MIDNIGHT - 1n, now: MIDNIGHT + 360n, verdict: 'fail' },
  { ...hour, openedAt: MIDNIGHT - 1n, now: MIDNIGHT, closer: 'provider' },
  { ...hour, openedAt: MIDNIGHT - 1n, now: MIDNIGHT, payment: 'direct' },
  // The longest session: the window is 30 minutes.
  { ...hour, durationSeconds: DAY_SECONDS, now: NOON + 1_800n, verdict: 'fail' },
  { ...hour, durationSeconds: DAY_SECONDS, now: NOON + 1_801n, verdict: 'fail' },
  // The shortest: 30 seconds.
  { ...hour, durationSeconds: 300n, now: NOON + 30n, closer: 'provider' },
  { ...hour, durationSeconds: 300n, now: NOON + 31n, closer: 'provider' },
  { ...hour, pricePerSecondMor: 0n, now: NOON + 100n },
  { ...hour, pricePerSecondMor: UINT128_MAX / 3_600n, now: NOON + 3_599n },
];

export function sessionVectors(): VectorCase[] {
  const costs: readonly (readonly [bigint, bigint])[] = [
    [0n, 300n],
    [1n, 300n],
    [10_000_000_000n, 3_600n],
    [UINT128_MAX / DAY_SECONDS, DAY_SECONDS],
    [UINT128_MAX / 300n, 300n],
    [UINT128_MAX, 1n],
  ];
  const durations = [0n, 1n, 9n, 10n, 300n, 309n, 310n, 3_600n, 17_999n, 18_000n, 18_010n, DAY_SECONDS];
  const ends = [0n, 1n, DAY_SECONDS - 1n, DAY_SECONDS, MIDNIGHT - 1n, MIDNIGHT, 2n ** 40n - 1n];
  return [
    ...costs.map(([pricePerSecondMor, durationSeconds]) =>
      vectorCase('sessionCostMor', { pricePerSecondMor, durationSeconds }, () =>
        sessionCostMor(pricePerSecondMor, durationSeconds),
      ),
    ),
    ...[-1n, 0n, 1n, 3_599n, 3_600n, 3_601n, DAY_SECONDS].map((elapsed) => {
      const { pricePerSecondMor, openedAt, durationSeconds } = hour;
      const inputs = { pricePerSecondMor, openedAt, durationSeconds, now: openedAt + elapsed };
      return vectorCase('earnedMor', inputs, () => earnedMor(inputs));
    }),
    ...durations.map((durationSeconds) =>
      vectorCase('disputeWindowSeconds', { durationSeconds }, () => disputeWindowSeconds(durationSeconds)),
    ),
    ...ends.map((endedAt) => vectorCase('vestDay', { endedAt }, () => vestDay(endedAt))),
    ...[...grid(), ...borders].map((close) =>
      vectorCase('settleSession', { ...close }, () => ({ ...settleSession(close) })),
    ),
  ];
}
