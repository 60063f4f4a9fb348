import type { Address, LedgerDay, StakePurpose } from '@yellowstone/protocol';

/** Who takes part. A test against the contracts gives its own accounts. */
export interface Participants {
  readonly routers: readonly { readonly router: Address; readonly shareBps: bigint }[];
  readonly providers: readonly Address[];
  readonly users: readonly Address[];
}

/** `stake` or `unstake` of a user. */
export interface StakeChange {
  readonly at: bigint;
  readonly user: Address;
  readonly purpose: StakePurpose;
  readonly kind: 'stake' | 'unstake';
  /** [MOR-wei] */
  readonly amountMor: bigint;
}

/** What a provider has in a book: its place is its rank. */
export interface BookLeaf {
  readonly provider: Address;
  /** [MOR-wei] */
  readonly dayMor: bigint;
}

/** `commitDay` of a router. */
export interface Commit {
  readonly at: bigint;
  readonly router: Address;
  readonly day: bigint;
  /** By rank. */
  readonly leaves: readonly BookLeaf[];
  /** [MOR-wei] */
  readonly totalMor: bigint;
  readonly totalTokens: bigint;
  readonly answers: bigint;
}

/** `claimRequestCredits` for a provider's leaf. */
export interface Claim extends BookLeaf {
  readonly at: bigint;
  readonly router: Address;
  readonly day: bigint;
  readonly index: bigint;
}

/** Everything that happens on a day, in this order; each `at` is in seconds. */
export interface DayEvents {
  /** MOR minted elsewhere since the day before: the other buckets of the emission [MOR-wei]. */
  readonly mintedMor: bigint;
  /** Emission that arrives at the diamond before the day is opened [MOR-wei]. */
  readonly arrivedMor: bigint;
  /** MOR.totalSupply() when the day is opened [MOR-wei]. */
  readonly totalSupplyMor: bigint;
  /** `openDay` [s]. */
  readonly openAt: bigint;
  readonly stakes: readonly StakeChange[];
  readonly firstCommits: readonly Commit[];
  readonly claims: readonly Claim[];
  readonly lastCommits: readonly Commit[];
}

/** What the market shows of a day; amounts [MOR-wei]. */
export interface DayResult extends LedgerDay {
  /** Tokens per MOR. */
  readonly accessRate: bigint;
  /** Access stake that counts. */
  readonly countedMor: bigint;
  /** The most all routers together may credit. */
  readonly capMor: bigint;
  /** What their books of the day credit. */
  readonly creditedMor: bigint;
  /** Left the pool on this day. */
  readonly paidMor: bigint;
  /** Credited as incentive on this day, for books of days before. */
  readonly incentiveMor: bigint;
  /** Promised and not paid at the end of the day. */
  readonly owedMor: bigint;
  /** All MOR in the pool at the end of the day. */
  readonly balanceMor: bigint;
}

export interface DayRecord {
  readonly day: bigint;
  readonly inputs: DayEvents;
  readonly outputs: DayResult;
}
