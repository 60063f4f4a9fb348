import type { Bid } from '@yellowstone/client';
import type { BidId, ModelId, SessionId } from '@yellowstone/protocol';
import type { Log } from '@yellowstone/service';
import type { Chain, ChainReads, ChainWrites } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import type { OpenSession } from '../open-session.js';
import type { SessionPolicy } from '../session-policy.js';
import type { Payer } from '../want.js';
import type { BuySession, SpendingLimits } from './buy-session.js';
import { type CandidatesOf, openByBids, type ProviderWatch } from './open-by-bids.js';

/** What somebody chose for one session; the rest is as the node is set. */
export interface HandOrder {
  readonly durationSeconds: bigint;
  readonly payment: SpendingLimits['payment'] | undefined;
  /** The session of an order that was given before under the same one is that of before. */
  readonly idempotencyKey: string | undefined;
}

/** The buying of sessions within limits, by another way of sending the opening if need be. */
export type BuyByHand = (limits: SpendingLimits, openSession?: ChainWrites['openSession']) => BuySession;

/** Opens sessions that somebody asks for by hand. They are kept for the requests that follow. */
export interface OpenByHand {
  /** On the best bid of a model, and on the next ones if `failover`. */
  onModel(modelId: ModelId, order: HandOrder & { readonly failover: boolean }): Promise<SessionId>;
  /** @throws bid_not_found, bid_not_per_second, bid_not_active, price_limit_exceeded, provider_not_wanted */
  onBid(bidId: BidId, order: HandOrder): Promise<SessionId>;
}

type HandChain = Pick<Chain, 'openingFor' | 'writesFor'> & { readonly reads: Pick<ChainReads, 'bid' | 'model'> };

interface HandDeps {
  readonly chain: HandChain;
  readonly candidatesOf: CandidatesOf;
  readonly buyByHand: BuyByHand;
  readonly keep: (session: OpenSession) => void;
  readonly watch: Pick<ProviderWatch, 'begin' | 'failed'>;
  readonly log: Log;
}

interface HandOptions {
  readonly limits: SpendingLimits;
  readonly policy: SessionPolicy;
  /** The longest an opening may take [ms]. */
  readonly openTimeoutMs?: number;
}

const OPERATOR: Payer = { keyId: undefined, maxMorPerDay: undefined };
const NOBODY: ReadonlySet<never> = new Set();

/** The limits of the node hold here as well: a key that may operate it does not raise them. */
export function createOpenByHand(deps: HandDeps, options: HandOptions): OpenByHand {
  const { chain, candidatesOf, buyByHand, keep, watch, log } = deps;
  const { reads } = chain;
  const { limits, policy, openTimeoutMs = 120_000 } = options;
  const buyer = ({ durationSeconds, payment = limits.payment, idempotencyKey: key }: HandOrder): BuySession =>
    buyByHand(
      { ...limits, payment, sessionSeconds: durationSeconds },
      key === undefined ? undefined : chain.writesFor(key).openSession,
    );
  /** No second approval is asked for while the opening under a key is on its way or done. */
  const once = async ({ idempotencyKey: key }: HandOrder, open: () => Promise<SessionId>): Promise<SessionId> => {
    const opening = key === undefined ? undefined : await chain.openingFor(key);
    return opening === undefined ? open() : (await opening.wait({ timeoutMs: openTimeoutMs })).sessionId;
  };
  const kept = (session: OpenSession): SessionId => {
    keep(session);
    return session.sessionId;
  };
  const requireBid = async (bidId: BidId): Promise<Bid> => {
    const bid = await reads.bid(bidId);
    if (bid === undefined) throw nodeError('bid_not_found', { bidId });
    if (bid.unit !== 'second') throw nodeError('bid_not_per_second', { bidId, unit: bid.unit });
    if (!bid.isActive) throw nodeError('bid_not_active', { bidId });
    const { maxPricePerSecondMor: limitMor, refusedProviders } = policy;
    if (bid.priceMor > limitMor) throw nodeError('price_limit_exceeded', { model: bid.modelId, limitMor });
    const { provider } = bid;
    if (refusedProviders.includes(provider)) throw nodeError('provider_not_wanted', { provider });
    return bid;
  };

  return {
    onModel: (modelId, { failover, ...order }) =>
      once(order, async () => {
        const model = await reads.model(modelId);
        if (model === undefined) throw nodeError('model_not_found', { model: modelId });
        const want = { modelId, name: model.name, policy, payer: OPERATOR, tried: new Set<BidId>(), full: NOBODY };
        const some: CandidatesOf = async (asked) => (await candidatesOf(asked)).slice(0, failover ? undefined : 1);
        const signal = AbortSignal.timeout(openTimeoutMs);
        const parts = { candidatesOf: some, buy: buyer(order), watch, log };
        return kept(await openByBids(parts, { want, signal }));
      }),
    onBid: (bidId, order) =>
      once(order, async () => kept(await buyer(order)(await requireBid(bidId), AbortSignal.timeout(openTimeoutMs)))),
  };
}
