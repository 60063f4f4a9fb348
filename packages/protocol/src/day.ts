import {
  type EmissionSchedule,
  nonComputeEmittedUntil,
  scheduledComputeOfDay,
  scheduledTotalOfDay,
} from './emission.js';
import { ProtocolError } from './errors.js';
import { max, mulDivDown, mulDivUp, saturatingSub } from './math.js';
import { BPS, dayStartAt } from './units.js';

/** What is known when a day is opened. All amounts [MOR-wei], ratios [1/10,000]. */
export interface DayInputs {
  readonly day: bigint;
  readonly schedule: EmissionSchedule;
  /** The Treasury's pool bucket after `sync`. */
  readonly poolBucketMor: bigint;
  /** Credited and not paid, reserved by open sessions, open in day books, credited incentive. */
  readonly owedMor: bigint;
  readonly budgetBps: bigint;
  readonly guardBps: bigint;
  /** What the guard counts as spent in the last 24 hours (current and 24 full hourly buckets). */
  readonly spentLast24hMor: bigint;
  /** Compute MOR this diamond ever paid out of the pool. */
  readonly computePaidMor: bigint;
  /** Compute MOR paid before this diamond existed, from the deployment's config. */
  readonly priorComputePaidMor: bigint;
  /** MOR.totalSupply() on this chain. */
  readonly totalSupplyMor: bigint;
}

/** The snapshot of a day; it never changes within the day (DESIGN 3.2). */
export interface DaySnapshot {
  /** What the pool holds and does not owe [MOR-wei]. */
  readonly poolMor: bigint;
  /** The most that is promised on that day [MOR-wei]. */
  readonly budgetMor: bigint;
  /** Upper bound of all MOR that can be staked on that day [MOR-wei]. */
  readonly supplyMor: bigint;
}

/**
 * The most the guard can pay on a day [MOR-wei] = scheduledCompute(day) + (poolBucket + spentLast24h) * guardBps,
 * rounded up, because it enlarges the supply and a larger supply means smaller shares (DESIGN 3.2).
 */
export function guardMaxMor(inputs: DayInputs): bigint {
  const share = mulDivUp(inputs.poolBucketMor + inputs.spentLast24hMor, inputs.guardBps, BPS);
  return scheduledComputeOfDay(inputs.schedule, inputs.day) + share;
}

/**
 * The supply of a day [MOR-wei]: what can exist at its start, or the token's own count if that is larger, plus the
 * emission of the day and the most the guard can pay (DESIGN 3.2).
 */
export function supplyMor(inputs: DayInputs): bigint {
  const emittedMor = nonComputeEmittedUntil(inputs.schedule, dayStartAt(inputs.day));
  const knownMor = emittedMor + inputs.computePaidMor + inputs.priorComputePaidMor;
  return max(knownMor, inputs.totalSupplyMor) + scheduledTotalOfDay(inputs.schedule, inputs.day) + guardMaxMor(inputs);
}

/** The snapshot taken when a day is opened. The budget is rounded down (DESIGN 3.2). */
export function daySnapshot(inputs: DayInputs): DaySnapshot {
  const poolMor = saturatingSub(inputs.poolBucketMor, inputs.owedMor);
  return { poolMor, budgetMor: mulDivDown(poolMor, inputs.budgetBps, BPS), supplyMor: supplyMor(inputs) };
}

/**
 * A stake's allowance of the day [MOR-wei] = budget * active / supply, rounded down (DESIGN 4). 0 without a budget:
 * a day that was never opened has neither budget nor supply.
 * @throws DIVISION_BY_ZERO for a supply of 0 beside a budget, which no snapshot has.
 */
export function allowanceMor(budgetMor: bigint, activeMor: bigint, supplyMor: bigint): bigint {
  return budgetMor === 0n ? 0n : mulDivDown(budgetMor, activeMor, supplyMor);
}

/** What is left of an allowance [MOR-wei] = allowance - used, not below 0 (DESIGN 4). Exact. */
export function remainingMor(allowanceMor: bigint, usedMor: bigint): bigint {
  return saturatingSub(allowanceMor, usedMor);
}

/**
 * The smallest stake whose allowance covers a use [MOR-wei] = neededMor * supply / budget, rounded up (DESIGN 4).
 * @param neededMor used so far today + cost of what follows [MOR-wei]
 * @throws BUDGET_IS_ZERO if no stake would do.
 */
export function stakeNeededMor(neededMor: bigint, budgetMor: bigint, supplyMor: bigint): bigint {
  if (budgetMor === 0n) throw new ProtocolError('BUDGET_IS_ZERO', { neededMor });
  return mulDivUp(neededMor, supplyMor, budgetMor);
}
