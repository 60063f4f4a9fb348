import type { Bid } from '@yellowstone/client';
import type { BidId, ModelId, SessionId } from '@yellowstone/protocol';
import type { Log } from '@yellowstone/service';
import type { ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { OpenSession } from '../open-session.js';
import type { BuySession, SpendingLimits } from './buy-session.js';
import { type CandidatesOf, openByBids } from './open-by-bids.js';

/** What somebody chose for one session; the rest is as the node is set. */
export interface HandOrder {
  readonly durationSeconds: bigint;
  readonly payment: SpendingLimits['payment'] | undefined;
}

/** Opens sessions that somebody asks for by hand. They are kept for the requests that follow. */
export interface OpenByHand {
  /** On the best bid of a model, and on the next ones if `failover`. */
  onModel(modelId: ModelId, order: HandOrder & { readonly failover: boolean }): Promise<SessionId>;
  /** @throws bid_not_found, bid_not_per_second, bid_not_active, price_limit_exceeded */
  onBid(bidId: BidId, order: HandOrder): Promise<SessionId>;
}

interface HandDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'model'>;
  readonly candidatesOf: CandidatesOf;
  /** The buying of sessions within other limits. */
  readonly buyWithin: (limits: SpendingLimits) => BuySession;
  readonly keep: (session: OpenSession) => void;
  readonly log: Log;
}

interface HandOptions extends SpendingLimits {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor: bigint;
  /** The longest an opening may take [ms]. */
  readonly openTimeoutMs?: number;
}

/** The limits of the node hold here as well: a key that may operate it does not raise them. */
export function createOpenByHand(deps: HandDeps, options: HandOptions): OpenByHand {
  const { reads, candidatesOf, buyWithin, keep, log } = deps;
  const { maxPricePerSecondMor, openTimeoutMs = 120_000, ...limits } = options;
  const buyer = ({ durationSeconds, payment = limits.payment }: HandOrder): BuySession =>
    buyWithin({ ...limits, payment, sessionSeconds: durationSeconds });
  const kept = (session: OpenSession): SessionId => {
    keep(session);
    return session.sessionId;
  };
  const requireBid = async (bidId: BidId): Promise<Bid> => {
    const bid = await reads.bid(bidId);
    if (bid === undefined) throw nodeError('bid_not_found', { bidId });
    if (bid.unit !== 'second') throw nodeError('bid_not_per_second', { bidId, unit: bid.unit });
    if (!bid.isActive) throw nodeError('bid_not_active', { bidId });
    if (bid.priceMor > maxPricePerSecondMor) {
      throw nodeError('price_limit_exceeded', { model: bid.modelId, limitMor: maxPricePerSecondMor });
    }
    return bid;
  };

  return {
    async onModel(modelId, { failover, ...order }) {
      const model = await reads.model(modelId);
      if (model === undefined) throw nodeError('model_not_found', { model: modelId });
      const want = { modelId, name: model.name, tried: new Set<BidId>() };
      const some: CandidatesOf = async (...asked) => (await candidatesOf(...asked)).slice(0, failover ? undefined : 1);
      const signal = AbortSignal.timeout(openTimeoutMs);
      const parts = { candidatesOf: some, buy: buyer(order), cool: () => undefined, log };
      return kept(await openByBids(parts, { want, cooling: new Set(), signal }));
    },
    onBid: async (bidId, order) =>
      kept(await buyer(order)(await requireBid(bidId), AbortSignal.timeout(openTimeoutMs))),
  };
}
