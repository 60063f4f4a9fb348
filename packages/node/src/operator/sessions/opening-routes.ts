import type { Payment } from '@yellowstone/client';
import { type BidId, type ModelId, parseBidId, parseModelId, type SessionId } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { body, Id, IdParams } from '../fields.js';
import { type RequestKeyOf, WriteHeaders } from '../request-key.js';
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
  /** Asked again under the same one, the session is the one of before. */
  readonly idempotencyKey: string | undefined;
}

const Opened = Type.Object({
  sessionID: Type.String({ ...Id, description: 'id of the session' }),
});
const failover = Type.Optional(Type.Boolean({ description: 'try the next bid when one fails; true by default' }));

const tags = ['sessions'];

type Asked = Parameters<typeof durationOf>[0] & Parameters<typeof paymentOf>[0];

interface OpeningDeps {
  readonly open: OpenSessions;
  readonly requestKeyOf: RequestKeyOf;
}

/** Buying sessions by hand; the first prompt for a model buys one by itself. */
export function openingRoutes({ open, requestKeyOf }: OpeningDeps) {
  const orderOf = async (request: FastifyRequest, asked: Asked): Promise<OpenOrder> => {
    const order = { durationSeconds: durationOf(asked), payment: paymentOf(asked) };
    return { ...order, idempotencyKey: await requestKeyOf(request) };
  };
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/blockchain/models/:id/session',
      {
        schema: {
          tags,
          summary: 'Open a session on the best bid of a model',
          headers: WriteHeaders,
          params: IdParams,
          body: body({ ...SessionOrder, failover }),
          response: { 200: Opened },
        },
      },
      async (request) => {
        const { failover: mayTryNext = true } = request.body;
        const order = { ...(await orderOf(request, request.body)), failover: mayTryNext };
        return { sessionID: await open.onModel(parseModelId(request.params.id), order) };
      },
    );
    server.post(
      '/blockchain/bids/:id/session',
      {
        schema: {
          tags,
          summary: 'Open a session on one bid',
          headers: WriteHeaders,
          params: IdParams,
          body: body(SessionOrder),
          response: { 200: Opened },
        },
      },
      async (request) => {
        const order = await orderOf(request, request.body);
        return { sessionID: await open.onBid(parseBidId(request.params.id), order) };
      },
    );
  };
}
