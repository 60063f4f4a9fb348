import type { Bid } from '@yellowstone/client';
import type { Address, BidId, ModelId } from '@yellowstone/protocol';
import { nodeError } from '../../errors.js';
import { type BidPolicy, judgeBids, pickBids } from './choose-bid.js';
import type { Market } from './market.js';

interface CandidateDeps {
  readonly market: Pick<Market, 'bids'>;
  readonly isEndpointAllowed: BidPolicy['isEndpointAllowed'];
}

interface CandidateOptions {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor: bigint;
}

interface Wanted {
  readonly modelId: ModelId;
  readonly name: string;
  readonly tried: ReadonlySet<BidId>;
}

/**
 * The bids of a model to try now, the best first.
 * @throws price_limit_exceeded if the price alone is in the way, else model_unavailable with every reason.
 */
export function createCandidates({ market, isEndpointAllowed }: CandidateDeps, options: CandidateOptions) {
  const { maxPricePerSecondMor } = options;
  return async ({ modelId, name, tried }: Wanted, cooling: ReadonlySet<Address>): Promise<readonly Bid[]> => {
    const judged = judgeBids(await market.bids(modelId), { maxPricePerSecondMor, cooling, tried, isEndpointAllowed });
    const picked = pickBids(judged);
    if (picked.length > 0) return picked;
    if (judged.length > 0 && judged.every(({ refusal }) => refusal === 'price_above_limit')) {
      throw nodeError('price_limit_exceeded', { model: name, limitMor: maxPricePerSecondMor });
    }
    const bids = judged.map(({ bid, refusal }) => ({ bidId: bid.bidId, refusal }));
    throw nodeError('model_unavailable', { model: name, bids });
  };
}
