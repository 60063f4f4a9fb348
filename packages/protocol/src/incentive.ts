import { min, mulDivDown } from './math.js';
import { BPS } from './units.js';

/** Days of the launch incentive (DESIGN 9). */
export const LAUNCH_DAYS = 365n;
/** Pot of a day as a part of its total emission [1/10,000], 2.4 % (DESIGN 9). */
export const POT_BPS = 240n;
/** Providers of a day that share in the pot, all routers together (DESIGN 9). */
export const INCENTIVE_PLACES = 100n;

/** Whether a day has an incentive: launchDay <= day < launchDay + 365 (DESIGN 9). A launch day of 0 is none. */
export function isLaunchDay(day: bigint, launchDay: bigint): boolean {
  return launchDay !== 0n && day >= launchDay && day < launchDay + LAUNCH_DAYS;
}

/**
 * Pot of a router and day [MOR-wei] = total emission * 2.4 % * share, divided once, rounded down (DESIGN 9).
 * @param emissionMor what all buckets emit on the day [MOR-wei]
 * @param shareBps the router's share of the budget [1/10,000]
 */
export function potMor(emissionMor: bigint, shareBps: bigint): bigint {
  return mulDivDown(emissionMor * POT_BPS, shareBps, BPS * BPS);
}

/** Places of a router and day = 100 * share, rounded down (DESIGN 9). */
export function placesOf(shareBps: bigint): bigint {
  return mulDivDown(INCENTIVE_PLACES, shareBps, BPS);
}

/** A provider's place in a final day book. */
export interface IncentiveClaim {
  /** Rank of the provider leaf, counted from 0. */
  readonly index: bigint;
  /** `placesOf` the router. */
  readonly places: bigint;
  /** `potMor` of the router [MOR-wei]. */
  readonly potMor: bigint;
  /** What the book credits to the provider [MOR-wei]. */
  readonly dayMor: bigint;
  /** Sum of the book [MOR-wei]. */
  readonly totalMor: bigint;
}

/**
 * Incentive that comes with a claim [MOR-wei] = min(dayMor, pot * dayMor / totalMor), rounded down, at a place below
 * `places`, otherwise 0 (DESIGN 9). An empty book gives 0.
 */
export function incentiveOf({ index, places, potMor, dayMor, totalMor }: IncentiveClaim): bigint {
  if (index >= places || totalMor === 0n) return 0n;
  return min(dayMor, mulDivDown(potMor, dayMor, totalMor));
}
