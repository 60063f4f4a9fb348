import {
  type Address,
  ARBITRUM_SCHEDULE,
  dayOf,
  dayStartAt,
  emittedUntil,
  type LedgerRules,
  MOR,
  nonComputeEmittedUntil,
  parseAddress,
} from '@yellowstone/protocol';
import type { Participants } from './record';

/** What a simulation starts from. */
export interface World {
  /** UTC day of the first record; the launch of the incentive. */
  readonly startDay: bigint;
  /** What arrives before the first day beside its emission [MOR-wei]. */
  readonly initialPoolMor: bigint;
  /** MOR.totalSupply() before anything arrived [MOR-wei]. */
  readonly baseSupplyMor: bigint;
  readonly rules: LedgerRules;
  readonly participants: Participants;
}

/** 2027-01-01 00:00 UTC [s]. */
const START_AT = 1_798_761_600n;
const INITIAL_POOL_MOR = 300_000n * MOR;
const PROVIDERS = 12;
const USERS = 6;

const address = (group: number, i: number): Address =>
  parseAddress(`0x${(group * 1_000 + i).toString().padStart(40, '0')}`);
const addresses = (group: number, count: number): Address[] =>
  Array.from({ length: count }, (_, i) => address(group, i + 1));

/** Arbitrum's emission and defaults, 300,000 MOR in the pool, two routers, twelve providers, six users. */
export function defaultWorld(startDay = dayOf(START_AT)): World {
  const startAt = dayStartAt(startDay);
  const computeMor = ARBITRUM_SCHEDULE.buckets
    .filter((_, index) => index === ARBITRUM_SCHEDULE.computeIndex)
    .reduce((sum, bucket) => sum + emittedUntil(bucket, startAt), 0n);
  return {
    startDay,
    initialPoolMor: INITIAL_POOL_MOR,
    baseSupplyMor: nonComputeEmittedUntil(ARBITRUM_SCHEDULE, startAt) + computeMor - INITIAL_POOL_MOR,
    rules: {
      schedule: ARBITRUM_SCHEDULE,
      budgetBps: 100n,
      guardBps: 100n,
      minOpenMor: MOR,
      priorComputePaidMor: 0n,
      startPriceMor: 10n ** 11n,
      launchDay: startDay,
    },
    participants: {
      routers: [
        { router: address(1, 1), shareBps: 6_000n },
        { router: address(1, 2), shareBps: 4_000n },
      ],
      providers: addresses(2, PROVIDERS),
      users: addresses(3, USERS),
    },
  };
}
