import type { Bid } from '@yellowstone/client';
import type { Address, BidId } from '@yellowstone/protocol';
import type { SessionPolicy } from '../session-policy.js';
import type { Measurement } from './measurements.js';
import type { ProviderHealth } from './provider-rests.js';

/** What bids are judged by. */
export interface BidQuestion {
  readonly policy: Pick<SessionPolicy, 'maxPricePerSecondMor' | 'preferredProviders' | 'refusedProviders'>;
  /** Bids that were tried for this request. */
  readonly tried: ReadonlySet<BidId>;
  /** Providers whose slots are all in use by this node. */
  readonly full: ReadonlySet<Address>;
  /** True if the endpoint may be connected to. */
  readonly isEndpointAllowed: (endpoint: string) => boolean;
  readonly healthOf: (provider: Address) => ProviderHealth;
  readonly measuredOf: (bid: Bid) => Measurement | undefined;
}

/** Why a bid is not considered, with the values. */
export type BidRefusal =
  | { readonly reason: 'not_active' | 'tried_already' }
  | { readonly reason: 'not_per_second'; readonly unit: Bid['unit'] }
  | { readonly reason: 'price_above_limit'; readonly priceMor: bigint; readonly limitMor: bigint }
  | { readonly reason: 'provider_refused' | 'slots_in_use'; readonly provider: Address }
  | { readonly reason: 'endpoint_refused'; readonly endpoint: string };

/** The parts of a score: the price, and what is put on it [1e4 = the price once more]. */
export interface BidScore {
  /** Price with everything that is put on it [MOR-wei per second]; lower is better. */
  readonly scoreMor: bigint;
  /** Of what sessions earned on chain, what was earned in failed ones. */
  readonly failedOnChainBps: bigint;
  /** How often answers that this node asked for failed, were empty or miscounted. */
  readonly faultsHereBps: bigint;
  /** How much slower than the fastest, by this node's measurements alone. */
  readonly slownessBps: bigint;
}

/** A bid with what was thought of it. */
export interface JudgedBid {
  readonly bid: Bid;
  readonly refusal: BidRefusal | undefined;
  readonly score: BidScore;
  readonly health: ProviderHealth;
  readonly measured: Measurement | undefined;
  readonly isPreferred: boolean;
}

const ONCE_BPS = 10_000n;
/** What failed weighs three times its share. */
const FAILURE_WEIGHT = 3n;

/**
 * filter -> score -> pick: all bids, the best first, the refused ones last. Preferred providers come before the others,
 * and who rests after a failure comes last, but comes. Same input, same order.
 */
export function judgeBids(bids: readonly Bid[], question: BidQuestion): readonly JudgedBid[] {
  const considered = bids.filter((bid) => refusalOf(bid, question) === undefined);
  const fastest = Math.max(0, ...considered.map((bid) => question.measuredOf(bid)?.tokensPerSecondMilli ?? 0));
  return bids
    .map((bid): JudgedBid => {
      const measured = question.measuredOf(bid);
      return {
        bid,
        refusal: refusalOf(bid, question),
        score: scoreOf(bid, measured, fastest),
        health: question.healthOf(bid.provider),
        measured,
        isPreferred: question.policy.preferredProviders.includes(bid.provider),
      };
    })
    .sort((left, right) => rankOf(left) - rankOf(right) || compare(left, right));
}

/** The bids to try, in order. */
export function pickBids(judged: readonly JudgedBid[]): readonly Bid[] {
  return judged.filter(({ refusal }) => refusal === undefined).map(({ bid }) => bid);
}

function refusalOf(bid: Bid, question: BidQuestion): BidRefusal | undefined {
  const { policy, tried, full, isEndpointAllowed } = question;
  const { unit, isActive, priceMor, bidId, provider, endpoint } = bid;
  if (unit !== 'second') return { reason: 'not_per_second', unit };
  if (!isActive) return { reason: 'not_active' };
  if (policy.refusedProviders.includes(provider)) return { reason: 'provider_refused', provider };
  const limitMor = policy.maxPricePerSecondMor;
  if (priceMor > limitMor) return { reason: 'price_above_limit', priceMor, limitMor };
  if (tried.has(bidId)) return { reason: 'tried_already' };
  if (full.has(provider)) return { reason: 'slots_in_use', provider };
  return isEndpointAllowed(endpoint) ? undefined : { reason: 'endpoint_refused', endpoint };
}

/**
 * price x (1 + 3 x failed share on chain + 3 x faults here + slowness), rounded down. Speeds on chain do not count: a
 * provider could make all others look slow by receipts of sessions with itself.
 */
function scoreOf({ priceMor, statistics }: Bid, measured: Measurement | undefined, fastest: number): BidScore {
  const { earnedMor, failedMor } = statistics;
  const failedOnChainBps = earnedMor === 0n ? 0n : (ONCE_BPS * FAILURE_WEIGHT * failedMor) / earnedMor;
  const faultsHereBps = FAILURE_WEIGHT * BigInt(measured?.faultBps ?? 0);
  const speed = measured?.tokensPerSecondMilli;
  const slownessBps =
    speed === undefined || fastest === 0 ? 0n : (ONCE_BPS * BigInt(Math.max(0, fastest - speed))) / BigInt(fastest);
  const scoreMor = (priceMor * (ONCE_BPS + failedOnChainBps + faultsHereBps + slownessBps)) / ONCE_BPS;
  return { scoreMor, failedOnChainBps, faultsHereBps, slownessBps };
}

function rankOf({ refusal, health, isPreferred }: JudgedBid): number {
  if (refusal !== undefined) return 3;
  if (health.state === 'resting' || health.state === 'probed') return 2;
  return isPreferred ? 0 : 1;
}

function compare(left: JudgedBid, right: JudgedBid): number {
  const [ours, theirs] = [left.score.scoreMor, right.score.scoreMor];
  if (ours !== theirs) return ours < theirs ? -1 : 1;
  return left.bid.bidId < right.bid.bidId ? -1 : 1;
}
