import { type ByteSource, byteSourceFrom } from '../carriage/byte-source.js';
import { readBody } from '../carriage/exchange.js';
import { openAnswer } from '../carriage/opened-answer.js';
import type { SignedReceipt } from '../carriage/answer-receipt.js';
import { REQUEST_ID_HEADER } from '../carriage/provider-api.js';
import { AUTHORIZATION_SECONDS } from '../carriage/request-authorization.js';
import { type ConsumerSetup, SEALED_TYPE, sealRequest } from '../carriage/sealed-request.js';
import type { ChainClock } from '../chain/chain.js';
import { nodeError } from '../errors.js';
import type { OpenSession } from './open-session.js';
import { type ProviderExchange, toldErrorIn, toProviderError } from './provider-exchange.js';
import type { SessionSetups } from './session-setups.js';

/** A request of a session. */
export interface SessionRequest {
  readonly session: OpenSession;
  readonly path: string;
  /** In clear; it leaves this process sealed. */
  readonly body: Buffer;
  /** Under which the logs on both sides know the request. */
  readonly requestId: string;
}

/** What came back: sealed, or a refusal in clear by a node that could not read the request. */
export interface ProviderAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number | undefined;
  /** True if it was sealed by the node that the session was set up with; anybody on the way can write the other kind. */
  readonly isSealed: boolean;
  /** @throws SealBrokenError when what was sealed does not end with its receipt */
  readonly body: ByteSource;
  /** The provider's word on a sealed answer, once the body was read to its end. */
  receipt(): SignedReceipt | undefined;
}

/** Sends a request of a session; any status is an answer. */
export type AskProvider = (request: SessionRequest, signal: AbortSignal) => Promise<ProviderAnswer>;

interface AskDeps {
  readonly exchange: Pick<ProviderExchange, 'send'>;
  readonly setups: SessionSetups;
  readonly chainClock: ChainClock;
  readonly randomUuid: () => string;
}

const MAX_REFUSAL_BYTES = 65_536;
/** Refusals of a set-up, after which a new one may do. */
const SETUP_REFUSALS: readonly (string | undefined)[] = ['node_key_unknown', 'session_key_expired'];

/** @throws provider_…, endpoint_…, provider_clock_differs */
export function createAskProvider({ exchange, setups, chainClock, randomUuid }: AskDeps): AskProvider {
  const askOnce = async (
    setup: ConsumerSetup,
    { session, path, body, requestId: traceId }: SessionRequest,
    signal: AbortSignal,
  ): Promise<ProviderAnswer> => {
    const { endpoint } = session.bid;
    const requestId = randomUuid();
    const now = await chainClock.now();
    const sealed = sealRequest(setup, { path, requestId, deadline: now + AUTHORIZATION_SECONDS, body });
    const headers = { ...sealed.headers, [REQUEST_ID_HEADER]: traceId };
    const answer = await exchange.send({ endpoint, method: 'POST', path, headers, body: sealed.body }, signal);
    if (answer.contentType !== SEALED_TYPE) {
      // A success that nobody can have sealed is nobody's answer.
      if (answer.status < 400) throw nodeError('provider_broken', { endpoint });
      return { ...answer, isSealed: false, receipt: () => undefined };
    }
    try {
      const opened = await openAnswer(answer.body, { setup, binding: sealed.binding, requestId, body });
      if (opened.status !== answer.status) throw new Error('the status outside is not the one inside');
      requireSameTime({ endpoint, theirs: opened.answeredAt, ours: now, status: opened.status });
      return { ...opened, isSealed: true };
    } catch (error) {
      answer.body.leave();
      throw toProviderError(error, endpoint, signal);
    }
  };
  return async (request, signal) => {
    const { session } = request;
    const setup = await setups.of(session, signal);
    const answer = await askOnce(setup, request, signal);
    if (answer.status !== 409 && answer.status !== 401) return answer;
    const text = await readBody(answer.body, MAX_REFUSAL_BYTES).catch((error: unknown) => {
      throw toProviderError(error, session.bid.endpoint, signal);
    });
    if (!SETUP_REFUSALS.includes(toldErrorIn(text.toString('utf8')).code))
      return { ...answer, body: byteSourceFrom([text]) };
    return askOnce(await setups.renew(session, setup, signal), request, signal);
  };
}

interface Times {
  readonly endpoint: string;
  /** [s] */
  readonly theirs: bigint;
  /** [s] */
  readonly ours: bigint;
  readonly status: number;
}

/** A request that was refused for its time is told as what it is: two clocks that differ. */
function requireSameTime({ endpoint, theirs, ours, status }: Times): void {
  const seconds = theirs > ours ? theirs - ours : ours - theirs;
  if (status === 401 && seconds >= AUTHORIZATION_SECONDS) {
    throw nodeError('provider_clock_differs', { endpoint, theirs, ours, seconds });
  }
}
