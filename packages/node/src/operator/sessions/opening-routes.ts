import type { Payment } from '@yellowstone/client';
import { type BidId, type ModelId, parseBidId, parseModelId, type SessionId } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import { body, Id, IdParams } from '../fields.js';
import { durationOf, paymentOf, SessionOrder } from './session-order.js';

/** Opens sessions within the limits of the node; requests to `/v1` use them. */
export interface OpenSessions {
  /** On the best bid of a model, and on the next ones if `failover`. */
  onModel(modelId: ModelId, order: OpenOrder & { readonly failover: boolean }): Promise<SessionId>;
  onBid(bidId: BidId, order: OpenOrder): Promise<SessionId>;
}

export interface OpenOrder {
  readonly durationSeconds: bigint;
  /** As the node is set by default. */
  readonly payment: Payment | undefined;
}

const Opened = Type.Object({
  sessionID: Type.String({ ...Id, description: 'id of the session' }),
});
const failover = Type.Optional(Type.Boolean({ description: 'try the next bid when one fails; true by default' }));

const tags = ['sessions'];

/** Buying sessions by hand; the first prompt for a model buys one by itself. */
export function openingRoutes({ open }: { readonly open: OpenSessions }) {
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/blockchain/models/:id/session',
      {
        schema: {
          tags,
          summary: 'Open a session on the best bid of a model',
          params: IdParams,
          body: body({ ...SessionOrder, failover }),
          response: { 200: Opened },
        },
      },
      async (request) => {
        const order = { durationSeconds: durationOf(request.body), payment: paymentOf(request.body) };
        const { failover: mayTryNext = true } = request.body;
        return { sessionID: await open.onModel(parseModelId(request.params.id), { ...order, failover: mayTryNext }) };
      },
    );
    server.post(
      '/blockchain/bids/:id/session',
      {
        schema: {
          tags,
          summary: 'Open a session on one bid',
          params: IdParams,
          body: body(SessionOrder),
          response: { 200: Opened },
        },
      },
      async (request) => {
        const order = { durationSeconds: durationOf(request.body), payment: paymentOf(request.body) };
        return { sessionID: await open.onBid(parseBidId(request.params.id), order) };
      },
    );
  };
}
