import { incentiveOf, isLaunchDay, placesOf, potMor } from '../src/incentive.js';
import { BPS, MOR, parseMor } from '../src/units.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const SHARES = [0n, 1n, 99n, 100n, 199n, 2_500n, 3_333n, 9_999n, BPS];
const EMISSIONS = [0n, 1n, 41n, 42n, parseMor('14400'), parseMor('12345.678901234567890123')];
const LAUNCH = 20_800n;
const UINT112_MAX = 2n ** 112n - 1n;

const claims: readonly (readonly [index: bigint, places: bigint, pot: bigint, dayMor: bigint, totalMor: bigint])[] = [
  [0n, 100n, parseMor('345.6'), 1_000n * MOR, 3_000n * MOR],
  [99n, 100n, parseMor('345.6'), 10n * MOR, 3_000n * MOR],
  [100n, 100n, parseMor('345.6'), 10n * MOR, 3_000n * MOR],
  [0n, 0n, parseMor('345.6'), 10n * MOR, 3_000n * MOR],
  [0n, 100n, parseMor('345.6'), 10n * MOR, 10n * MOR],
  [0n, 100n, parseMor('345.6'), parseMor('345.6'), parseMor('345.6')],
  [0n, 100n, parseMor('345.6'), 0n, 0n],
  [3n, 25n, 86n * MOR + 1n, MOR + 7n, 1_234n * MOR + 9n],
  [0n, 1n, 10n, 3n, 7n],
  [0n, 1n, 6n, 3n, 7n],
  [0n, 100n, UINT112_MAX, UINT112_MAX, UINT112_MAX],
];

export function incentiveVectors(): VectorCase[] {
  const days = [0n, LAUNCH - 1n, LAUNCH, LAUNCH + 364n, LAUNCH + 365n];
  return [
    ...[LAUNCH, 0n].flatMap((launchDay) =>
      days.map((day) => vectorCase('isLaunchDay', { day, launchDay }, () => isLaunchDay(day, launchDay))),
    ),
    ...EMISSIONS.flatMap((emissionMor) =>
      SHARES.map((shareBps) => vectorCase('potMor', { emissionMor, shareBps }, () => potMor(emissionMor, shareBps))),
    ),
    ...SHARES.map((shareBps) => vectorCase('placesOf', { shareBps }, () => placesOf(shareBps))),
    ...claims.map(([index, places, pot, dayMor, totalMor]) => {
      const inputs = { index, places, potMor: pot, dayMor, totalMor };
      return vectorCase('incentiveOf', inputs, () => incentiveOf(inputs));
    }),
  ];
}
