import type { Bid } from '@yellowstone/client';
import { nodeError } from '../../errors.js';
import type { Want } from '../want.js';
import { type BidQuestion, type JudgedBid, judgeBids, pickBids } from './choose-bid.js';
import type { Market } from './market.js';

/** Chooses among the bids of a model by what is known of them now. */
export interface BidChooser {
  /** All bids that are given, the best first, with what is thought of them. */
  judge(bids: readonly Bid[], want: Judged): readonly JudgedBid[];
  /**
   * The bids of a model to try, in order.
   * @throws price_limit_exceeded if the price alone is in the way, else model_unavailable with every reason.
   */
  candidates(want: Judged & Pick<Want, 'modelId' | 'name'>): Promise<readonly Bid[]>;
}

type Judged = Pick<Want, 'policy' | 'tried' | 'full'>;

interface ChooserDeps extends Pick<BidQuestion, 'healthOf' | 'isEndpointAllowed' | 'measuredOf'> {
  readonly market: Pick<Market, 'bids'>;
}

export function createBidChooser({ market, ...facts }: ChooserDeps): BidChooser {
  const judge: BidChooser['judge'] = (bids, { policy, tried, full }) =>
    judgeBids(bids, { ...facts, policy, tried, full });
  return {
    judge,
    async candidates(want) {
      const judged = judge(await market.bids(want.modelId), want);
      const picked = pickBids(judged);
      if (picked.length > 0) return picked;
      if (judged.length > 0 && judged.every(({ refusal }) => refusal?.reason === 'price_above_limit')) {
        throw nodeError('price_limit_exceeded', { model: want.name, limitMor: want.policy.maxPricePerSecondMor });
      }
      const bids = judged.map(({ bid, refusal }) => ({ bidId: bid.bidId, refusal }));
      throw nodeError('model_unavailable', { model: want.name, bids });
    },
  };
}
