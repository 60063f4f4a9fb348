import type { Address, BidId, DELEGATION_RULES, ModelId, SessionId } from '@yellowstone/protocol';
import type { Bid } from './domain/bid.js';
import type { Payment, Purpose, Unit } from './domain/codes.js';
import type { Model } from './domain/model.js';
import type { Page, PageRequest } from './domain/page.js';
import type { Day, Fees, Pool, Treasury } from './domain/pool.js';
import type { Provider, SessionCredits } from './domain/provider.js';
import type { Session, SessionQuote } from './domain/session.js';
import type { Stake, Unstaking } from './domain/stake.js';
import type { Statistics } from './domain/statistics.js';

/** What a delegate of delegate.xyz may be allowed to do. */
export type DelegateRights = keyof typeof DELEGATION_RULES;

/** Reads of the diamond. Every read has the timeout of the connection and throws nothing but `ChainError`. */
export interface Reads {
  /** Timestamp of the latest block [s]. */
  now(): Promise<bigint>;
  /** Snapshot of a UTC day; today by default. */
  day(day?: bigint): Promise<Day>;
  pool(): Promise<Pool>;
  treasury(): Promise<Treasury>;
  fees(): Promise<Fees>;

  stake(account: Address, purpose: Purpose): Promise<Stake>;
  unstaking(account: Address): Promise<Unstaking>;
  morBalance(account: Address): Promise<bigint>;
  /** Ether of the account, which pays gas [wei]. */
  etherBalance(account: Address): Promise<bigint>;
  /** What the diamond may still pull from the account [MOR-wei]. */
  morAllowance(account: Address): Promise<bigint>;

  /** undefined = it never registered. */
  provider(provider: Address): Promise<Provider | undefined>;
  /** Active providers. */
  providers(page?: PageRequest): Promise<Page<Provider>>;
  /** undefined = there never was such a model. */
  model(modelId: ModelId): Promise<Model | undefined>;
  /** Active models. */
  models(page?: PageRequest): Promise<Page<Model>>;
  /** undefined = there never was such a bid. */
  bid(bidId: BidId): Promise<Bid | undefined>;
  /** Active bids of a model in one unit. */
  modelBids(modelId: ModelId, unit: Unit, page?: PageRequest): Promise<Page<Bid>>;
  /** All bids of a provider that are not deleted, of any unit and version; at most 64. */
  providerBids(provider: Address): Promise<readonly Bid[]>;
  statistics(modelId: ModelId, provider: Address): Promise<Statistics>;

  /** undefined = there is no such session. */
  session(sessionId: SessionId): Promise<Session | undefined>;
  /** Sessions of a user, oldest first. */
  userSessions(user: Address, page?: PageRequest): Promise<Page<Session>>;
  /** Sessions of a provider, oldest first; one call for the page and one for each session of it. */
  providerSessions(provider: Address, page?: PageRequest): Promise<Page<Session>>;
  /** What `openSession` would do now with enough stake allowed. */
  quoteSession(request: {
    readonly user: Address;
    readonly bidId: BidId;
    readonly durationSeconds: bigint;
    readonly payment: Payment;
  }): Promise<SessionQuote>;
  sessionCredits(provider: Address): Promise<SessionCredits>;
  /** Direct earnings that wait in escrow [MOR-wei]. */
  directOwed(provider: Address): Promise<bigint>;
  /** True if the approval with this nonce was used. */
  isApprovalUsed(provider: Address, nonce: bigint): Promise<boolean>;
  /** True if `delegate` may act for `account`; nobody is his own delegate. */
  isDelegate(question: {
    readonly delegate: Address;
    readonly account: Address;
    readonly rights: DelegateRights;
  }): Promise<boolean>;
}
