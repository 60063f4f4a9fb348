import type { Bid } from '@yellowstone/client';
import { type Address, type BidId, parseBidId, parseModelId } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import type { ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import {
  AccountAddress,
  AccountParams,
  addressOf,
  Amount,
  amountOf,
  body,
  Id,
  IdParams,
  PageQuery,
  Seconds,
  TransactionHash,
} from '../fields.js';
import { WriteHeaders } from '../request-key.js';
import type { Settle } from '../settled.js';

interface BidDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'modelBids' | 'providerBids'>;
  /** Whose bids this node posts. */
  readonly provider: Address;
  readonly settle: Settle;
}

const Price = Type.String({ ...Amount, description: 'MOR-wei per second as a decimal string' });
const BidBody = Type.Object({
  id: Id,
  modelID: Id,
  modelAgentId: Type.String({ ...Id, description: 'the same as modelID' }),
  provider: AccountAddress,
  pricePerSecond: Price,
  createdAt: Seconds,
  deletedAt: Seconds,
  isActive: Type.Boolean({ description: 'sessions can be opened on it' }),
  endpoint: Type.String({ description: 'where the provider listens' }),
});
const Posted = Type.Object({ tx: TransactionHash, bidID: Id, bid: BidBody });
const Bids = Type.Object({ bids: Type.Array(BidBody), total: Type.Integer() });
const AllBids = Type.Object({ bids: Type.Array(BidBody) });
const Deleted = Type.Object({ tx: TransactionHash, bidID: Id });

const tags = ['bids'];

/** Bids per second. */
export function bidRoutes({ reads, provider, settle }: BidDeps) {
  const posted = async ({ tx, bidId }: { readonly tx: string; readonly bidId: BidId }, sent: SentBid) => {
    const bid = await reads.bid(bidId).catch(() => undefined);
    return { tx, bidID: bidId, bid: toBody(bid ?? { ...JUST_POSTED, ...sent, bidId }) };
  };
  const bidsOf = async (id: string): Promise<readonly Bid[]> =>
    (await reads.providerBids(addressOf(id, 'id'))).filter(({ unit }) => unit === 'second');
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/blockchain/bids',
      {
        schema: {
          tags,
          summary: 'Offer a model at a price; a bid of before on the same model is replaced',
          headers: WriteHeaders,
          body: body({ modelID: Id, pricePerSecond: Price }),
          response: { 200: Posted },
        },
      },
      async (request) => {
        const { modelID, pricePerSecond } = request.body;
        const priceMor = amountOf(pricePerSecond, 'pricePerSecond');
        const bid = { provider, modelId: parseModelId(modelID), pricePerSecondMor: priceMor };
        return posted(await settle(request, (writes) => writes.postModelBid(bid)), {
          provider,
          modelId: bid.modelId,
          priceMor,
        });
      },
    );
    server.get(
      '/blockchain/bids/:id',
      {
        schema: { tags, summary: 'One bid', params: IdParams, response: { 200: Type.Object({ bid: BidBody }) } },
      },
      async ({ params }) => ({ bid: toBody(await requireBid(reads, parseBidId(params.id))) }),
    );
    server.delete(
      '/blockchain/bids/:id',
      {
        schema: {
          tags,
          summary: 'Withdraw a bid',
          headers: WriteHeaders,
          params: IdParams,
          response: { 200: Deleted },
        },
      },
      async (request) => {
        const wanted = parseBidId(request.params.id);
        const { tx, bidId } = await settle(request, (writes) => writes.deleteBid(wanted));
        return { tx, bidID: bidId };
      },
    );
    server.post(
      '/blockchain/bids/:id/reprice',
      {
        schema: {
          tags,
          summary: 'Replace a bid by one with another price and id, without a fee; once an hour',
          headers: WriteHeaders,
          params: IdParams,
          body: body({ pricePerSecond: Price }),
          response: { 200: Posted },
        },
      },
      async (request) => {
        const newPriceMor = amountOf(request.body.pricePerSecond, 'pricePerSecond');
        const bid = await requireBid(reads, parseBidId(request.params.id));
        const repriced = await settle(request, (writes) => writes.repriceBid({ bidId: bid.bidId, newPriceMor }));
        return posted(repriced, { provider: bid.provider, modelId: bid.modelId, priceMor: newPriceMor });
      },
    );
    for (const path of ['/blockchain/models/:id/bids', '/blockchain/models/:id/bids/active']) {
      server.get(
        path,
        {
          schema: {
            tags,
            summary: 'Active bids of a model',
            params: IdParams,
            querystring: PageQuery,
            response: { 200: Bids },
          },
        },
        async ({ params, query }) => {
          const { items, total } = await reads.modelBids(parseModelId(params.id), 'second', query);
          return { bids: items.map(toBody), total };
        },
      );
    }
    server.get(
      '/blockchain/providers/:id/bids',
      {
        schema: {
          tags,
          summary: 'Bids of a provider that are not deleted; 64 at most',
          params: AccountParams,
          response: { 200: AllBids },
        },
      },
      async ({ params }) => ({ bids: (await bidsOf(params.id)).map(toBody) }),
    );
    server.get(
      '/blockchain/providers/:id/bids/active',
      {
        schema: { tags, summary: 'Active bids of a provider', params: AccountParams, response: { 200: AllBids } },
      },
      async ({ params }) => ({ bids: (await bidsOf(params.id)).filter(({ isActive }) => isActive).map(toBody) }),
    );
  };
}

async function requireBid(reads: Pick<ChainReads, 'bid'>, bidId: BidId): Promise<Bid> {
  const bid = await reads.bid(bidId);
  if (bid === undefined) throw nodeError('bid_not_found', { bidId });
  if (bid.unit !== 'second') throw nodeError('bid_not_per_second', { bidId, unit: bid.unit });
  return bid;
}

type Shown = Omit<Bid, 'unit' | 'providerStakeMor' | 'statistics'>;
type SentBid = Pick<Bid, 'provider' | 'modelId' | 'priceMor'>;

/** For an RPC endpoint that lags behind its own receipts. */
const JUST_POSTED = { createdAt: 0n, deletedAt: undefined, isActive: true, endpoint: '' } as const;

function toBody({ bidId, modelId, provider, priceMor, createdAt, deletedAt = 0n, isActive, endpoint }: Shown) {
  return {
    id: bidId,
    modelID: modelId,
    modelAgentId: modelId,
    provider,
    pricePerSecond: priceMor.toString(),
    createdAt: createdAt.toString(),
    deletedAt: deletedAt.toString(),
    isActive,
    endpoint,
  };
}
