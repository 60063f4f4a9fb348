import type { Bid } from '@yellowstone/client';
import type { Address, BidId } from '@yellowstone/protocol';

/** What bids must be to be considered. */
export interface BidPolicy {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor: bigint;
  /** Providers that failed a moment ago: they come last, but they come. */
  readonly cooling: ReadonlySet<Address>;
  /** Bids that were tried for this request. */
  readonly tried: ReadonlySet<BidId>;
  /** True if the endpoint may be connected to. */
  readonly isEndpointAllowed: (endpoint: string) => boolean;
}

/** Why a bid is not considered. */
export type BidRefusal = 'not_active' | 'not_per_second' | 'price_above_limit' | 'endpoint_refused' | 'tried_already';

/** A bid with what was thought of it. */
export interface JudgedBid {
  readonly bid: Bid;
  readonly refusal: BidRefusal | undefined;
  /** Price as it weighs after failures [MOR-wei per second]; lower is better. */
  readonly scoreMor: bigint;
}

/** Sessions that failed weigh three times what they earned. */
const FAILURE_WEIGHT = 3n;

/** filter -> score -> pick: all bids, the best first, the refused ones last. Same input, same order. */
export function judgeBids(bids: readonly Bid[], policy: BidPolicy): readonly JudgedBid[] {
  return bids
    .map((bid) => ({ bid, refusal: refusalOf(bid, policy), scoreMor: scoreOf(bid) }))
    .sort((left, right) => rankOf(left, policy) - rankOf(right, policy) || compare(left, right));
}

/** The bids to try, in order. */
export function pickBids(judged: readonly JudgedBid[]): readonly Bid[] {
  return judged.filter(({ refusal }) => refusal === undefined).map(({ bid }) => bid);
}

function refusalOf(bid: Bid, policy: BidPolicy): BidRefusal | undefined {
  if (bid.unit !== 'second') return 'not_per_second';
  if (!bid.isActive) return 'not_active';
  if (bid.priceMor > policy.maxPricePerSecondMor) return 'price_above_limit';
  if (policy.tried.has(bid.bidId)) return 'tried_already';
  return policy.isEndpointAllowed(bid.endpoint) ? undefined : 'endpoint_refused';
}

/** price x (1 + 3 x failed / earned), rounded down. */
function scoreOf({ priceMor, statistics }: Bid): bigint {
  const { earnedMor, failedMor } = statistics;
  return earnedMor === 0n ? priceMor : priceMor + (priceMor * FAILURE_WEIGHT * failedMor) / earnedMor;
}

function rankOf({ bid, refusal }: JudgedBid, { cooling }: BidPolicy): number {
  if (refusal !== undefined) return 2;
  return cooling.has(bid.provider) ? 1 : 0;
}

function compare(left: JudgedBid, right: JudgedBid): number {
  if (left.scoreMor !== right.scoreMor) return left.scoreMor < right.scoreMor ? -1 : 1;
  return left.bid.bidId < right.bid.bidId ? -1 : 1;
}
