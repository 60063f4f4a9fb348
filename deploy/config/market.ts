import { parseEther, parseUnits } from 'ethers';
import type { EmissionBucketConfig, NetworkConfig } from './schema';

/** 2024-02-08 00:00 UTC, the first second of the MOR emission. */
const EMISSION_START_AT = 1_707_350_400;
const DAY_SECONDS = 86_400;

const bucket = (initialMor: string, decreaseMor: string): EmissionBucketConfig => ({
  initialRewardMor: parseEther(initialMor),
  rewardDecreaseMor: parseEther(decreaseMor),
  payoutStartAt: EMISSION_START_AT,
  decreaseIntervalSeconds: DAY_SECONDS,
});

/** The MOR emission: capital, code, compute and builders with 24 % each, protection with 4 %. */
const emission = [
  bucket('3456', '0.59255872824'),
  bucket('3456', '0.59255872824'),
  bucket('3456', '0.59255872824'),
  bucket('3456', '0.59255872824'),
  bucket('576', '0.09875978804'),
];

/** What every network shares: the operator's guide's minimums, the emission, the rules of the pool. */
export const market = {
  providerMinimumMor: parseEther('0.2'),
  subnetMinimumMor: parseEther('10000'),
  modelMinimumMor: parseEther('0.1'),
  bidFeeMor: parseEther('0.3'),
  minPricePerSecondMor: parseUnits('10', 'gwei'),
  maxPricePerSecondMor: parseEther('10'),
  minPricePerTokenMor: 1n,
  maxPricePerTokenMor: parseEther('1'),
  budgetBps: 100,
  guardBps: 100,
  minOpenMor: parseEther('1'),
  priorComputePaidMor: 0n,
  computeBucket: 3,
  emission,
  // The founding paper's example: $0.002 per 1,000 T at $20 per MOR.
  startPriceMor: parseUnits('100', 'gwei'),
  challengeRewardMor: parseEther('100'),
  demandDepositMor: parseEther('1'),
  launchDay: 0,
  routerRules: {
    slowerBps: 5_000,
    meanAnswers: 100,
    deltaBps: 500,
    commitIntervalSeconds: 600,
    commitThresholdMor: parseEther('100'),
  },
} satisfies Partial<NetworkConfig>;
