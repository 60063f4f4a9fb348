import type { DayStructOutput, PoolViewStructOutput } from '@yellowstone/contracts';

/** Snapshot of a UTC day; for today before it is taken, what it would be now. */
export interface Day {
  /** Days since 1970-01-01 UTC. */
  readonly day: bigint;
  /** Pool that was free of promises [MOR-wei]. */
  readonly poolMor: bigint;
  /** The most that is promised on this day [MOR-wei]. */
  readonly budgetMor: bigint;
  /** Upper bound of all MOR that can be staked on this day [MOR-wei]. */
  readonly supplyMor: bigint;
  /** When the snapshot was taken [s]; undefined = not taken. */
  readonly openedAt: bigint | undefined;
}

/** What the pool holds, owes and may pay now [MOR-wei]. */
export interface Pool {
  readonly balanceMor: bigint;
  /** Promised or credited and not paid yet. */
  readonly owedMor: bigint;
  /** Ever paid to providers. */
  readonly paidMor: bigint;
  /** Paid in the last 24 h as the guard counts it. */
  readonly spentMor: bigint;
  /** Emission received in the last 24 h as the guard counts it. */
  readonly receivedMor: bigint;
  /** What the guard lets out now. */
  readonly availableMor: bigint;
}

/** Every MOR in the diamond belongs to exactly one of these [MOR-wei]. */
export interface Treasury {
  readonly poolMor: bigint;
  readonly sessionStakesMor: bigint;
  readonly accessStakesMor: bigint;
  readonly unstakingMor: bigint;
  readonly providerStakesMor: bigint;
  readonly modelStakesMor: bigint;
  readonly routerBondsMor: bigint;
  readonly escrowMor: bigint;
  readonly feesMor: bigint;
  /** Sum of all of them. */
  readonly totalMor: bigint;
}

/** A lowest and a highest price per unit [MOR-wei]. */
export interface PriceRange {
  readonly minMor: bigint;
  readonly maxMor: bigint;
}

/** What taking part costs [MOR-wei]. */
export interface Fees {
  readonly bidFeeMor: bigint;
  readonly providerMinimumMor: bigint;
  readonly subnetMinimumMor: bigint;
  readonly modelMinimumMor: bigint;
  readonly pricePerSecond: PriceRange;
  readonly pricePerToken: PriceRange;
}

export function toDay(day: bigint, raw: DayStructOutput): Day {
  return Object.freeze({
    day,
    poolMor: raw.poolMor,
    budgetMor: raw.budgetMor,
    supplyMor: raw.supplyMor,
    openedAt: raw.openedAt === 0n ? undefined : raw.openedAt,
  });
}

export function toPool(raw: PoolViewStructOutput): Pool {
  return Object.freeze({
    balanceMor: raw.balanceMor,
    owedMor: raw.owedMor,
    paidMor: raw.paidMor,
    spentMor: raw.spentMor,
    receivedMor: raw.receivedMor,
    availableMor: raw.availableMor,
  });
}

/** Names of the buckets in the order of `TreasuryBucket` on chain. */
const TREASURY_BUCKETS = [
  'poolMor',
  'sessionStakesMor',
  'accessStakesMor',
  'unstakingMor',
  'providerStakesMor',
  'modelStakesMor',
  'routerBondsMor',
  'escrowMor',
  'feesMor',
] as const satisfies readonly (keyof Treasury)[];

export function toTreasury(raw: readonly bigint[]): Treasury {
  const buckets = TREASURY_BUCKETS.map((name, index) => [name, raw[index] ?? 0n] as const);
  const totalMor = raw.reduce((sum, amountMor) => sum + amountMor, 0n);
  return Object.freeze({ ...Object.fromEntries(buckets), totalMor } as unknown as Treasury);
}
