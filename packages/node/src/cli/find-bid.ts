import type { Bid, Reads } from '@yellowstone/client';
import { type Address, type BidId, UINT128_MAX } from '@yellowstone/protocol';
import { usageError } from './usage-error.js';
import type { Clock } from '../clock.js';
import { judgeBids, pickBids } from '../consumer/market/choose-bid.js';
import { createMarket } from '../consumer/market/market.js';
import { NOTHING_KNOWN } from './nothing-known.js';
import { nodeError } from '../errors.js';

/** Which bid is meant: one by its id, or those of a model. */
export interface BidChoice {
  readonly bid?: BidId;
  readonly model?: string;
}

interface FindDeps {
  readonly reads: Pick<Reads, 'bid' | 'model' | 'models' | 'modelBids'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface BidLimits {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor?: bigint | undefined;
  readonly preferredProviders?: readonly Address[];
  readonly refusedProviders?: readonly Address[];
  readonly isEndpointAllowed?: (endpoint: string) => boolean;
}

export interface FoundBids {
  /** Name of the model. */
  readonly model: string;
  /** The best first; never empty. */
  readonly bids: readonly [Bid, ...Bid[]];
}

/**
 * The bids a node would try, in its order.
 * @throws AppError usage_wrong unless one of both is given; bid_not_found, model_not_found, model_unavailable
 */
export async function findBids(
  { reads, clock }: FindDeps,
  { bid: bidId, model }: BidChoice,
  limits: BidLimits = {},
): Promise<FoundBids> {
  const { maxPricePerSecondMor = UINT128_MAX, preferredProviders = [], refusedProviders = [] } = limits;
  const { isEndpointAllowed = () => true } = limits;
  if ((bidId === undefined) === (model === undefined)) throw usageError('Give either --model or --bid');
  if (bidId !== undefined) {
    const bid = await reads.bid(bidId);
    if (bid === undefined) throw nodeError('bid_not_found', { bidId });
    if (!bid.isActive) throw nodeError('bid_not_active', { bidId });
    if (bid.unit !== 'second') throw nodeError('bid_not_per_second', { bidId, unit: bid.unit });
    return { model: (await reads.model(bid.modelId))?.name ?? bid.modelId, bids: [bid] };
  }
  const found = await createMarket({ reads, clock }).find(model ?? '');
  if (found === undefined) {
    throw nodeError('model_not_found', { model }, { hint: '`yellowstone models` lists them.' });
  }
  const policy = { maxPricePerSecondMor, preferredProviders, refusedProviders };
  const judged = judgeBids(found.bids, { ...NOTHING_KNOWN, policy, isEndpointAllowed });
  const [best, ...others] = pickBids(judged);
  if (best === undefined) {
    const refused = judged.map(({ bid, refusal }) => ({ bidId: bid.bidId, refusal }));
    throw nodeError('model_unavailable', { model: found.id, bids: refused });
  }
  return { model: found.id, bids: [best, ...others] };
}
