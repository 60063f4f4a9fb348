import { isAddress, MaxUint256 } from 'ethers';

/** A bucket of the MOR emission; rewards in MOR-wei, times in seconds. */
export interface EmissionBucketConfig {
  readonly initialRewardMor: bigint;
  readonly rewardDecreaseMor: bigint;
  readonly payoutStartAt: number;
  readonly decreaseIntervalSeconds: number;
}

/** Rules that routers follow off chain; everybody can recompute their choices with them. */
export interface RouterRulesConfig {
  /** X: an answer this much slower than the mean is not credited [bps]. */
  readonly slowerBps: number;
  /** Z: answers in the mean. */
  readonly meanAnswers: number;
  /** Bids this much above the lowest are drawn by chance [bps]. */
  readonly deltaBps: number;
  readonly commitIntervalSeconds: number;
  readonly commitThresholdMor: bigint;
}

/** Everything a network decides. Amounts in MOR-wei, prices in MOR-wei per unit, times in seconds. */
export interface NetworkConfig {
  /** Live networks only: refuses another chain. */
  readonly chainId?: number;
  /** The MOR token; undefined = deploy a development token. */
  readonly mor?: string;
  /** delegate.xyz v2 registry; undefined = deploy a local one. */
  readonly delegateRegistry?: string;
  /** Delay of the timelock that owns the diamond. */
  readonly timelockSeconds: number;
  /** Who proposes to the timelock and executes; undefined = the deployer. */
  readonly proposer?: string;
  /** Who pauses entries; undefined = the named account `guardian`. */
  readonly guardian?: string;
  readonly providerMinimumMor: bigint;
  readonly subnetMinimumMor: bigint;
  readonly modelMinimumMor: bigint;
  readonly bidFeeMor: bigint;
  readonly minPricePerSecondMor: bigint;
  readonly maxPricePerSecondMor: bigint;
  readonly minPricePerTokenMor: bigint;
  readonly maxPricePerTokenMor: bigint;
  readonly budgetBps: number;
  readonly guardBps: number;
  readonly minOpenMor: bigint;
  readonly priorComputePaidMor: bigint;
  readonly computeBucket: number;
  readonly emission: readonly EmissionBucketConfig[];
  /** Reference price before the market sets one [MOR-wei per T]. */
  readonly startPriceMor: bigint;
  /** The most that who proves a fault of a router gets. */
  readonly challengeRewardMor: bigint;
  readonly demandDepositMor: bigint;
  /** First UTC day of the launch incentive; 0 = decided later. */
  readonly launchDay: number;
  readonly routerRules: RouterRulesConfig;
}

const MAX_GUARD_BPS = 100;
const UINT128_MAX = MaxUint256 >> 128n;

/** Every problem of a configuration, in words; empty if there is none. */
export function problemsOf(config: NetworkConfig): string[] {
  const problems: string[] = [];
  const require = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  for (const name of ['mor', 'delegateRegistry', 'proposer', 'guardian'] as const) {
    const value = config[name];
    require(value === undefined || isAddress(value), `${name} is not an address: ${value}`);
  }
  for (const [name, value] of Object.entries(config)) {
    if (typeof value !== 'bigint') continue;
    require(value >= 0n && value <= UINT128_MAX, `${name} is outside 0 to 2^128 - 1: ${value}`);
  }
  require(config.timelockSeconds >= 0, `timelockSeconds is negative: ${config.timelockSeconds}`);
  require(config.guardBps >= 0 && config.guardBps <= MAX_GUARD_BPS, `guardBps is above 100: ${config.guardBps}`);
  require(config.budgetBps >= 0 &&
    config.budgetBps <= config.guardBps, `budgetBps is above guardBps: ${config.budgetBps}`);
  require(config.minOpenMor > 0n, 'minOpenMor is zero');
  require(config.startPriceMor > 0n, 'startPriceMor is zero');
  require(config.demandDepositMor > 0n, 'demandDepositMor is zero');
  require(config.routerRules.commitIntervalSeconds > 0, 'routerRules.commitIntervalSeconds is not positive');
  require(config.routerRules.meanAnswers > 0, 'routerRules.meanAnswers is not positive');
  require(config.minPricePerSecondMor > 0n, 'minPricePerSecondMor is zero');
  require(config.minPricePerTokenMor > 0n, 'minPricePerTokenMor is zero');
  require(config.minPricePerSecondMor <= config.maxPricePerSecondMor, 'the prices per second have min above max');
  require(config.minPricePerTokenMor <= config.maxPricePerTokenMor, 'the prices per token have min above max');
  require(config.providerMinimumMor <= config.subnetMinimumMor, 'subnetMinimumMor is below providerMinimumMor');
  require(config.computeBucket < config.emission.length, `computeBucket is no bucket: ${config.computeBucket}`);
  config.emission.forEach((bucket, i) =>
    require(bucket.decreaseIntervalSeconds > 0, `emission[${i}].decreaseIntervalSeconds is not positive`),
  );
  return problems;
}
