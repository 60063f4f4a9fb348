import type { SettledSession } from '@yellowstone/client';
import { parseSessionId } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { Type } from 'typebox';
import { type RequestKeyOf, WriteHeaders } from '../../operator/request-key.js';
import type { HeldSession, SessionKeeper } from './session-keeper.js';

const Params = Type.Object({ id: Type.String({ pattern: '^0x[0-9a-fA-F]{64}$' }) });
const CloseBody = Type.Object(
  { verdict: Type.Optional(Type.Union([Type.Literal('none'), Type.Literal('pass'), Type.Literal('fail')])) },
  { additionalProperties: false },
);

interface RouteDeps {
  readonly keeper: Pick<SessionKeeper, 'list' | 'close'>;
  readonly requestKeyOf: RequestKeyOf;
}

/** The sessions this node holds. */
export function sessionRoutes({ keeper, requestKeyOf }: RouteDeps) {
  return async (server: HttpServer): Promise<void> => {
    const tags = ['sessions'];
    const schema = { tags, summary: 'Sessions that this node holds' };
    server.get('/yellowstone/sessions', { schema }, async () => ({ sessions: keeper.list().map(toBody) }));
    server.post(
      '/yellowstone/sessions/:id/close',
      {
        schema: {
          tags,
          summary: 'Close a session that this node holds',
          headers: WriteHeaders,
          params: Params,
          body: Type.Union([CloseBody, Type.Null()]),
        },
      },
      async (request) => {
        await requestKeyOf(request);
        return toSettledBody(await keeper.close(parseSessionId(request.params.id), request.body?.verdict));
      },
    );
  };
}

function toBody({ session, answers, running, origin, keyId, state }: HeldSession) {
  const { sessionId, bid, payment, slots, openedAt, endsAt } = session;
  return {
    sessionId,
    state,
    bidId: bid.bidId,
    modelId: bid.modelId,
    provider: bid.provider,
    endpoint: bid.endpoint,
    pricePerSecondMor: bid.priceMor.toString(),
    payment,
    openedAt: Number(openedAt),
    endsAt: Number(endsAt),
    answers,
    running,
    slots: slots ?? null,
    openedBy: origin,
    keyId: keyId ?? null,
  };
}

function toSettledBody(settled: SettledSession) {
  return {
    sessionId: settled.sessionId,
    verdict: settled.verdict,
    usedSeconds: Number(settled.usedSeconds),
    creditedMor: settled.creditedMor.toString(),
    returnedMor: settled.returnedMor.toString(),
    backToPoolMor: settled.backToPoolMor.toString(),
    inputTokens: settled.inputTokens.toString(),
    outputTokens: settled.outputTokens.toString(),
  };
}
