import type {
  Address,
  BidId,
  Bytes32,
  ModelId,
  SessionApproval,
  SessionId,
  SessionReceipt,
} from '@yellowstone/protocol';
import type { Purpose, Unit, Verdict } from './domain/codes.js';
import type { SessionRequest } from './domain/session.js';
import type { Sent } from './chain/sent.js';

/** A bid that was posted or repriced. */
export interface PostedBid {
  readonly bidId: BidId;
  readonly provider: Address;
  readonly modelId: ModelId;
  readonly unit: Unit;
  readonly priceMor: bigint;
  readonly nonce: bigint;
  /** Version of the model it counts for. */
  readonly modelVersion: bigint;
}

/** A session that was opened. */
export interface BookedSession {
  readonly sessionId: SessionId;
  readonly bidId: BidId;
  readonly costMor: bigint;
  readonly durationSeconds: bigint;
  readonly isDisputable: boolean;
  readonly approvalNonce: bigint;
}

/** A session that was closed. */
export interface SettledSession {
  readonly sessionId: SessionId;
  readonly closedBy: Address;
  readonly verdict: Verdict;
  readonly usedSeconds: bigint;
  /** To the provider: a credit that vests, or the direct payment [MOR-wei]. */
  readonly creditedMor: bigint;
  /** To the user's allowance of the day, or out of escrow to the user [MOR-wei]. */
  readonly returnedMor: bigint;
  /** To neither [MOR-wei]. */
  readonly backToPoolMor: bigint;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

/** A provider's stake after registering or topping up. */
export interface RegisteredProvider {
  readonly provider: Address;
  readonly addedMor: bigint;
  readonly stakeMor: bigint;
  readonly endpoint: string;
}

/** A model after registering or updating. */
export interface RegisteredModel {
  readonly modelId: ModelId;
  readonly addedMor: bigint;
  readonly stakeMor: bigint;
}

/**
 * Writes to the diamond with one key. Calling sends: gas is estimated first, so that what would revert is refused with
 * a decoded error before anything is sent. `wait()` of the result tells what happened. All throw `ChainError` only.
 */
export interface Writes {
  /** The account that sends. */
  readonly address: Address;

  /** Lets the diamond pull up to this amount. */
  approveMor(amountMor: bigint): Promise<Sent<{ readonly amountMor: bigint }>>;
  transferMor(transfer: {
    readonly to: Address;
    readonly amountMor: bigint;
  }): Promise<Sent<{ readonly amountMor: bigint }>>;

  /** Registers, tops up, or changes the endpoint; `provider` is the sender by default. */
  registerProvider(registration: {
    readonly provider?: Address;
    readonly amountMor: bigint;
    readonly endpoint: string;
  }): Promise<Sent<RegisteredProvider>>;
  /** Leaves; call again for what was exposed (`keptMor`). */
  deregisterProvider(provider?: Address): Promise<Sent<{ readonly returnedMor: bigint; readonly keptMor: bigint }>>;
  /** Sends earnings elsewhere; the provider's own key only. */
  setPayout(payout: Address): Promise<Sent<{ readonly previousPayout: Address; readonly newPayout: Address }>>;

  /** Registers, updates or tops up; `owner` is the sender by default. */
  registerModel(registration: {
    readonly owner?: Address;
    readonly baseId: Bytes32;
    readonly ipfsCid: Bytes32;
    /** Without a meaning on chain; 0 by default. */
    readonly feeMor?: bigint;
    readonly amountMor: bigint;
    readonly name: string;
    readonly tags: readonly string[];
  }): Promise<Sent<RegisteredModel>>;
  /** Empties the active lists of a model at once. */
  retireModel(modelId: ModelId): Promise<Sent<{ readonly version: bigint }>>;
  deregisterModel(modelId: ModelId): Promise<Sent<{ readonly returnedMor: bigint }>>;

  /** Offers a model per second; `provider` is the sender by default. */
  postModelBid(bid: {
    readonly provider?: Address;
    readonly modelId: ModelId;
    readonly pricePerSecondMor: bigint;
  }): Promise<Sent<PostedBid>>;
  /** Offers a model per token; `provider` is the sender by default. */
  postTokenBid(bid: {
    readonly provider?: Address;
    readonly modelId: ModelId;
    readonly pricePerTokenMor: bigint;
  }): Promise<Sent<PostedBid>>;
  /** Replaces an active bid by one with another price and id, once an hour. */
  repriceBid(change: { readonly bidId: BidId; readonly newPriceMor: bigint }): Promise<Sent<PostedBid>>;
  /** Moves a bid to the present version of its model. */
  confirmBid(bidId: BidId): Promise<Sent<{ readonly modelVersion: bigint }>>;
  deleteBid(bidId: BidId): Promise<Sent<{ readonly bidId: BidId }>>;

  stake(stake: {
    readonly purpose: Purpose;
    readonly amountMor: bigint;
  }): Promise<Sent<{ readonly activeMor: bigint }>>;
  unstake(stake: {
    readonly purpose: Purpose;
    readonly amountMor: bigint;
  }): Promise<Sent<{ readonly activeMor: bigint; readonly withdrawableAt: bigint }>>;
  /** Takes out everything that is due. */
  withdrawStake(): Promise<Sent<{ readonly amountMor: bigint }>>;

  /** Opens a session; `signature` is the provider's over `approval`. */
  openSession(opening: {
    readonly request: SessionRequest;
    readonly approval: SessionApproval;
    readonly signature: string;
  }): Promise<Sent<BookedSession>>;
  /** Closes a session; a receipt counts only with the provider's signature over it. */
  closeSession(closing: {
    readonly sessionId: SessionId;
    /** `none` by default. */
    readonly verdict?: Verdict;
    readonly receipt?: SessionReceipt;
    readonly signature?: string;
  }): Promise<Sent<SettledSession>>;

  /** Pays vested session credits to the provider's payout address. */
  claimSessionCredits(claim: {
    readonly provider: Address;
    /** All by default. */
    readonly maxMor?: bigint;
  }): Promise<Sent<{ readonly paidMor: bigint; readonly leftMor: bigint }>>;
  /** Pays direct earnings that wait in escrow. */
  withdrawDirect(provider: Address): Promise<Sent<{ readonly amountMor: bigint }>>;

  openDay(): Promise<
    Sent<{ readonly day: bigint; readonly poolMor: bigint; readonly budgetMor: bigint; readonly supplyMor: bigint }>
  >;
  /** Takes MOR that arrived by plain transfer into the pool. */
  sync(): Promise<Sent<{ readonly amountMor: bigint }>>;
}
