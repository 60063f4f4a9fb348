import { allowanceMor, type DayInputs, daySnapshot, guardMaxMor, remainingMor, stakeNeededMor } from '../src/day.js';
import {
  ARBITRUM_SCHEDULE,
  EMISSION_START_AT,
  nonComputeEmittedUntil,
  scheduledComputeOfDay,
  scheduledTotalOfDay,
} from '../src/emission.js';
import { DAY_SECONDS, dayOf, dayStartAt, MOR, parseMor, UINT128_MAX, UINT96_MAX } from '../src/units.js';
import { maturesAt } from '../src/unstaking.js';
import { type VectorCase, vectorCase } from './vector-case.js';

const FIRST_DAY = dayOf(EMISSION_START_AT);
const NOON = EMISSION_START_AT + DAY_SECONDS / 2n;

const usual = {
  day: FIRST_DAY + 1_000n,
  poolBucketMor: parseMor('300000'),
  owedMor: parseMor('1234.000000000000000001'),
  budgetBps: 100n,
  guardBps: 100n,
  spentLast24hMor: parseMor('2999.999999999999999999'),
  computePaidMor: parseMor('1000000'),
  priorComputePaidMor: parseMor('500000'),
  totalSupplyMor: 0n,
};
const nothing = {
  ...usual,
  poolBucketMor: 0n,
  owedMor: 0n,
  spentLast24hMor: 0n,
  computePaidMor: 0n,
  priorComputePaidMor: 0n,
};

/** `schedule` of all of them is the Arbitrum emission (file emission.json, `constants`). */
const snapshots: readonly Omit<DayInputs, 'schedule'>[] = [
  usual,
  { ...nothing, day: FIRST_DAY - 1n },
  { ...nothing, day: FIRST_DAY },
  { ...nothing, day: FIRST_DAY + 1n },
  { ...nothing, day: FIRST_DAY + 5_832n },
  { ...nothing, day: FIRST_DAY + 5_833n },
  { ...usual, poolBucketMor: 1n, owedMor: 0n, spentLast24hMor: 0n },
  { ...usual, poolBucketMor: 99n, owedMor: 0n, spentLast24hMor: 0n },
  { ...usual, poolBucketMor: 100n, owedMor: 0n, spentLast24hMor: 0n },
  { ...usual, poolBucketMor: 100n, owedMor: 0n, spentLast24hMor: 1n },
  { ...usual, owedMor: usual.poolBucketMor - 1n },
  { ...usual, owedMor: usual.poolBucketMor },
  { ...usual, owedMor: usual.poolBucketMor + 1n },
  { ...usual, budgetBps: 0n },
  { ...usual, budgetBps: 1n },
  { ...usual, budgetBps: 33n, guardBps: 77n },
  { ...usual, guardBps: 0n },
  { ...usual, totalSupplyMor: parseMor('42000000') },
  { ...usual, totalSupplyMor: UINT128_MAX / 2n },
  { ...usual, poolBucketMor: UINT96_MAX / 2n },
];

function snapshotCase(given: Omit<DayInputs, 'schedule'>): VectorCase {
  const inputs: DayInputs = { ...given, schedule: ARBITRUM_SCHEDULE };
  return vectorCase('daySnapshot', { ...given }, () => ({
    nonComputeEmittedMor: nonComputeEmittedUntil(ARBITRUM_SCHEDULE, dayStartAt(given.day)),
    scheduledTotalMor: scheduledTotalOfDay(ARBITRUM_SCHEDULE, given.day),
    scheduledComputeMor: scheduledComputeOfDay(ARBITRUM_SCHEDULE, given.day),
    guardMaxMor: guardMaxMor(inputs),
    ...daySnapshot(inputs),
  }));
}

const shares: readonly (readonly [budgetMor: bigint, stakeMor: bigint, supplyMor: bigint])[] = [
  [0n, 5n, 0n],
  [0n, 5n, 10n],
  [1n, 0n, 1n],
  [1n, 1n, 1n],
  [1n, 1n, 2n],
  [3_000n * MOR, 5n * MOR, 10_000_000n * MOR],
  [3_000n * MOR, 500n * MOR, 10_000_000n * MOR],
  [2_987n * MOR + 1n, 333n, 10_000_000n * MOR],
  [2_987n * MOR + 1n, MOR + 7n, 12_345_678n * MOR + 9n],
  [UINT128_MAX, UINT128_MAX, UINT128_MAX],
  [UINT128_MAX, 1n, UINT128_MAX],
  [1n, UINT128_MAX, UINT128_MAX],
  [1n, UINT128_MAX - 1n, UINT128_MAX],
];
const needs: readonly (readonly [neededMor: bigint, budgetMor: bigint, supplyMor: bigint])[] = [
  [0n, 1n, 1n],
  [1n, 0n, 1n],
  [1n, 1n, 1n],
  [1n, 2n, 3n],
  [1n, 3_000n * MOR, 10_000_000n * MOR],
  [MOR, 3_000n * MOR, 10_000_000n * MOR],
  [MOR + 1n, 2_987n * MOR + 1n, 12_345_678n * MOR + 9n],
  [UINT128_MAX, UINT128_MAX, UINT128_MAX],
  [UINT128_MAX, 1n, 1n],
  [1n, UINT128_MAX, 1n],
];

export function dayVectors(): VectorCase[] {
  const remains: readonly (readonly [bigint, bigint])[] = [
    [0n, 0n],
    [1n, 0n],
    [0n, 1n],
    [5n, 5n],
    [UINT128_MAX, 1n],
    [1n, UINT128_MAX],
  ];
  const unstakedAt = [0n, 1n, NOON - 1n, NOON, NOON + 1n, NOON + DAY_SECONDS / 2n - 1n, NOON + DAY_SECONDS / 2n];
  return [
    ...snapshots.map(snapshotCase),
    ...shares.map(([budgetMor, activeMor, supplyMor]) =>
      vectorCase('allowanceMor', { budgetMor, activeMor, supplyMor }, () =>
        allowanceMor(budgetMor, activeMor, supplyMor),
      ),
    ),
    ...remains.map(([allowance, usedMor]) =>
      vectorCase('remainingMor', { allowanceMor: allowance, usedMor }, () => remainingMor(allowance, usedMor)),
    ),
    ...needs.map(([neededMor, budgetMor, supplyMor]) =>
      vectorCase('stakeNeededMor', { neededMor, budgetMor, supplyMor }, () =>
        stakeNeededMor(neededMor, budgetMor, supplyMor),
      ),
    ),
    ...unstakedAt.map((timestamp) => vectorCase('maturesAt', { timestamp }, () => maturesAt(timestamp))),
    ...[0n, 86_399n, 86_400n, 86_401n, 2n ** 40n - 1n].map((timestamp) =>
      vectorCase('dayOf', { timestamp }, () => dayOf(timestamp)),
    ),
  ];
}
