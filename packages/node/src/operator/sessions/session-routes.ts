import {
  type Page,
  type PageRequest,
  type Session,
  type SettledSession,
  type Verdict,
  VERDICTS,
} from '@yellowstone/client';
import { type Address, parseBidId, parseSessionId, type SessionId } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import { type Static, Type } from 'typebox';
import type { ChainReads } from '../../chain/chain.js';
import { nodeError } from '../../errors.js';
import {
  AccountAddress,
  addressOf,
  Amount,
  body,
  Id,
  IdParams,
  PageQuery,
  Seconds,
  TransactionHash,
} from '../fields.js';
import { type RequestKeyOf, WriteHeaders } from '../request-key.js';
import { durationOf, paymentOf, SessionOrder } from './session-order.js';

/** Closes a session, once, and says what came of it; the user has no opinion unless given. */
export type CloseSession = (
  sessionId: SessionId,
  verdict: Verdict | undefined,
) => Promise<SettledSession & { readonly tx: string }>;

interface SessionDeps {
  readonly reads: Pick<ChainReads, 'bid' | 'day' | 'providerSessions' | 'quoteSession' | 'session' | 'userSessions'>;
  /** The account that signs. */
  readonly address: Address;
  readonly close: CloseSession;
  readonly requestKeyOf: RequestKeyOf;
}

const { sessionDuration, directPayment } = SessionOrder;
const QuoteAsk = body({ bidID: Id, sessionDuration, directPayment });
const Quote = Type.Object({
  bidID: Id,
  cost: Type.String({ ...Amount, description: 'price times duration [MOR-wei]' }),
  missingStake: Type.String({ ...Amount, description: 'stake that opening would take from the wallet [MOR-wei]' }),
  activeStake: Amount,
  remaining: Type.String({ ...Amount, description: 'allowance left today before this session [MOR-wei]' }),
  withdrawableAt: Type.String({ ...Seconds, description: 'when stake that is unstaked now can leave' }),
});
const Verdicts = Type.Enum([...VERDICTS], { description: 'how it was; counts from the user only' });
const SessionBody = Type.Object({
  id: Id,
  user: AccountAddress,
  provider: AccountAddress,
  bidID: Id,
  modelID: Id,
  modelAgentId: Type.String({ ...Id, description: 'the same as modelID' }),
  pricePerSecond: Amount,
  directPayment: Type.Boolean({ description: 'paid out of escrow, not by the pool' }),
  openedAt: Seconds,
  endsAt: Seconds,
  closedAt: Type.String({ ...Seconds, description: 'until when it counts once it is closed; "0" before' }),
  isClosed: Type.Boolean(),
  verdict: Verdicts,
});
const Sessions = Type.Object({ sessions: Type.Array(SessionBody), total: Type.Integer() });
const Closing = body({ verdict: Type.Optional(Verdicts) });
const Closed = Type.Object({
  tx: TransactionHash,
  sessionID: Id,
  verdict: Verdicts,
  usedSeconds: Type.Integer(),
  credited: Type.String({ ...Amount, description: 'to the provider [MOR-wei]' }),
  returned: Type.String({ ...Amount, description: "to the user's allowance of the day, or out of escrow [MOR-wei]" }),
  backToPool: Type.String({ ...Amount, description: 'to neither [MOR-wei]' }),
});

const tags = ['sessions'];

/** Sessions on chain: what one would cost, which there are, how one ends. */
export function sessionRoutes({ reads, address, close, requestKeyOf }: SessionDeps) {
  return async (server: HttpServer): Promise<void> => {
    server.post(
      '/blockchain/sessions/quote',
      {
        schema: {
          tags,
          summary: 'What opening a session would cost this wallet now',
          body: QuoteAsk,
          response: { 200: Quote },
        },
      },
      async (request) => {
        const bidId = parseBidId(request.body.bidID);
        if ((await reads.bid(bidId)) === undefined) throw nodeError('bid_not_found', { bidId });
        const durationSeconds = durationOf(request.body);
        const payment = paymentOf(request.body) ?? 'pool';
        const quote = await reads.quoteSession({ user: address, bidId, durationSeconds, payment });
        return {
          bidID: bidId,
          cost: quote.costMor.toString(),
          missingStake: quote.missingStakeMor.toString(),
          activeStake: quote.activeStakeMor.toString(),
          remaining: quote.remainingMor.toString(),
          withdrawableAt: quote.withdrawableAt.toString(),
        };
      },
    );
    server.get(
      '/blockchain/sessions/budget',
      {
        schema: {
          tags,
          summary: 'What the pool promises to all sessions of today',
          response: { 200: Type.Object({ budget: Amount }) },
        },
      },
      async () => ({ budget: (await reads.day()).budgetMor.toString() }),
    );
    listRoute(server, { name: 'user', own: address, read: reads.userSessions });
    listRoute(server, { name: 'provider', own: address, read: reads.providerSessions });
    server.get(
      '/blockchain/sessions/:id',
      {
        schema: {
          tags,
          summary: 'One session',
          params: IdParams,
          response: { 200: Type.Object({ session: SessionBody }) },
        },
      },
      async ({ params }) => {
        const sessionId = parseSessionId(params.id);
        const session = await reads.session(sessionId);
        if (session === undefined) throw nodeError('session_not_found', { sessionId });
        return { session: toBody(session) };
      },
    );
    server.post(
      '/blockchain/sessions/:id/close',
      {
        schema: {
          tags,
          summary: 'Close a session and settle it',
          headers: WriteHeaders,
          params: IdParams,
          body: Type.Union([Closing, Type.Null()]),
          response: { 200: Closed },
        },
      },
      async (request) => {
        const sessionId = parseSessionId(request.params.id);
        // A session is closed once, with a key or without; the key tells whether the same is asked for.
        await requestKeyOf(request);
        return toClosedBody(await close(sessionId, request.body?.verdict));
      },
    );
  };
}

interface ListRoute {
  /** Which party is asked for: name of the path and of the field. */
  readonly name: 'user' | 'provider';
  /** Who it is when nobody is named. */
  readonly own: Address;
  readonly read: (party: Address, page: PageRequest) => Promise<Page<Session>>;
}

function listRoute(server: HttpServer, { name, own, read }: ListRoute): void {
  const Party = Type.Optional(Type.String({ ...AccountAddress, description: 'this wallet by default' }));
  server.get<{ Querystring: PageQuery & { readonly [party in ListRoute['name']]?: string } }>(
    `/blockchain/sessions/${name}`,
    {
      schema: {
        tags,
        summary: `Sessions of a ${name}, oldest first`,
        querystring: Type.Object({ [name]: Party, ...PageQuery.properties }),
        response: { 200: Sessions },
      },
    },
    async ({ query: { [name]: party, ...page } }) => {
      const { items, total } = await read(party === undefined ? own : addressOf(party, name), page);
      return { sessions: items.map(toBody), total };
    },
  );
}

function toBody(session: Session): Static<typeof SessionBody> {
  const { sessionId, bidId, modelId, openedAt, endsAt, usedSeconds, isClosed } = session;
  return {
    id: sessionId,
    user: session.user,
    provider: session.provider,
    bidID: bidId,
    modelID: modelId,
    modelAgentId: modelId,
    pricePerSecond: session.pricePerSecondMor.toString(),
    directPayment: session.payment === 'direct',
    openedAt: openedAt.toString(),
    endsAt: endsAt.toString(),
    closedAt: isClosed ? (openedAt + usedSeconds).toString() : '0',
    isClosed,
    verdict: session.verdict,
  };
}

function toClosedBody(settled: Awaited<ReturnType<CloseSession>>): Static<typeof Closed> {
  return {
    tx: settled.tx,
    sessionID: settled.sessionId,
    verdict: settled.verdict,
    usedSeconds: Number(settled.usedSeconds),
    credited: settled.creditedMor.toString(),
    returned: settled.returnedMor.toString(),
    backToPool: settled.backToPoolMor.toString(),
  };
}
