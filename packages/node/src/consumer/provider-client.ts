import type { Bid, Payment } from '@yellowstone/client';
import type { Address, MessageDomain, MessageSigner, SessionApproval, SessionReceipt } from '@yellowstone/protocol';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Dispatcher } from 'undici';
import { parseRecord } from '../carriage/answer-observer.js';
import {
  exchange,
  type ExchangeAnswer,
  exchangeFailureOf,
  type ExchangeTimeouts,
  readBody,
} from '../carriage/exchange.js';
import {
  ApprovalBody,
  type CarriedPath,
  InfoBody,
  parseApproval,
  parseReceipt,
  PROTOCOL_VERSION,
  ReceiptBody,
  receiptPath,
  REQUEST_ID_HEADER,
} from '../carriage/provider-api.js';
import { AUTHORIZATION_SECONDS, authorizeRequest } from '../carriage/request-authorization.js';
import type { ChainClock } from '../chain/chain.js';
import { nodeError } from '../errors.js';
import type { OpenSession } from './open-session.js';

/** What a consumer asks of a provider's node. */
export interface ProviderClient {
  /**
   * What the provider says of itself. @throws provider_version_unknown; provider_broken if another provider answers
   */
  requireCompatible(bid: Bid, signal: AbortSignal): Promise<ServedHere>;
  approval(ask: ApprovalRequest, signal: AbortSignal): Promise<{ approval: SessionApproval; signature: string }>;
  receipt(session: OpenSession, signal: AbortSignal): Promise<{ receipt: SessionReceipt; signature: string }>;
  /** Sends a request of a session; any status is an answer. */
  ask(request: SessionRequestBody, signal: AbortSignal): Promise<ExchangeAnswer>;
}

/** How a provider serves a model. */
export interface ServedHere {
  /** Requests at the same time; undefined = it does not say. */
  readonly slots: number | undefined;
}

export interface ApprovalRequest {
  readonly bid: Bid;
  readonly user: Address;
  readonly durationSeconds: bigint;
  readonly payment: Payment;
}

export interface SessionRequestBody {
  readonly session: OpenSession;
  readonly path: CarriedPath;
  readonly body: Buffer;
  /** Under which the logs on both sides know the request. */
  readonly requestId: string;
}

interface ProviderClientDeps {
  readonly domain: MessageDomain;
  readonly signer: MessageSigner;
  readonly chainClock: ChainClock;
  readonly dispatcher: Dispatcher;
  readonly randomUuid: () => string;
  /** Base URL of an endpoint. @throws endpoint_invalid, endpoint_refused */
  readonly urlOf: (endpoint: string) => string;
}

interface ProviderClientOptions {
  readonly timeouts: ExchangeTimeouts;
}

/** Small exchanges take no longer than this [ms]. */
const SMALL_TIMEOUT_MS = 10_000;
const SMALL_BYTES = 262_144;

export function createProviderClient(deps: ProviderClientDeps, { timeouts }: ProviderClientOptions): ProviderClient {
  const { domain, signer, chainClock, dispatcher, randomUuid, urlOf } = deps;

  const send = async (
    endpoint: string,
    request: Pick<Ask, 'method' | 'path' | 'headers' | 'body'>,
    signal: AbortSignal,
  ) => {
    const { method, path, headers = {}, body } = request;
    const url = `${urlOf(endpoint)}${path}`;
    const ask = { dispatcher, method, url, headers, signal, timeouts, ...(body === undefined ? {} : { body }) };
    return exchange(ask).catch((error: unknown) => {
      throw toProviderError(error, endpoint, signal);
    });
  };
  const small = async <Schema extends TSchema>(
    ask: Ask & { schema: Schema },
    signal: AbortSignal,
  ): Promise<Static<Schema>> => {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(SMALL_TIMEOUT_MS)]);
    const answer = await send(ask.endpoint, ask, limited);
    const text = await readBody(answer.body, SMALL_BYTES).catch((error: unknown) => {
      throw toProviderError(error, ask.endpoint, limited);
    });
    if (answer.status >= 300) throw refusalOf(answer, text.toString('utf8'), ask.endpoint);
    const value: unknown = parseRecord(text.toString('utf8'));
    if (!Compile(ask.schema).Check(value)) throw nodeError('provider_broken', { endpoint: ask.endpoint });
    return value as Static<Schema>;
  };
  const authorize = async (session: OpenSession, path: string, body: Buffer): Promise<Record<string, string>> => {
    const deadline = (await chainClock.now()) + AUTHORIZATION_SECONDS;
    const request = { sessionId: session.sessionId, requestId: randomUuid(), deadline, path, body };
    return authorizeRequest({ domain, signer }, request);
  };

  return {
    async requireCompatible({ endpoint, provider, modelId }, signal) {
      const info = await small({ endpoint, method: 'GET', path: '/yellowstone/info', schema: InfoBody }, signal);
      const version = info.protocolVersion;
      if (majorOf(version) !== majorOf(PROTOCOL_VERSION)) {
        throw nodeError('provider_version_unknown', { endpoint, version, ours: PROTOCOL_VERSION });
      }
      if (info.provider !== provider) throw nodeError('provider_broken', { endpoint, provider, told: info.provider });
      return { slots: info.models.find((model) => model.modelId.toLowerCase() === modelId)?.slots };
    },
    async approval({ bid, user, durationSeconds, payment }, signal) {
      const body = json({ bidId: bid.bidId, user, durationSeconds: Number(durationSeconds), payment });
      const { endpoint } = bid;
      const ask = { endpoint, method: 'POST', path: '/yellowstone/approvals', body, schema: ApprovalBody } as const;
      const answer = await small(ask, signal);
      return { approval: trusting(endpoint, () => parseApproval(answer)), signature: answer.signature };
    },
    async receipt(session, signal) {
      const { endpoint } = session.bid;
      const path = receiptPath(session.sessionId);
      const body = json({});
      const headers = await authorize(session, path, body);
      const answer = await small({ endpoint, method: 'POST', path, headers, body, schema: ReceiptBody }, signal);
      return { receipt: trusting(endpoint, () => parseReceipt(answer)), signature: answer.signature };
    },
    async ask({ session, path, body, requestId }, signal) {
      const headers = { ...(await authorize(session, path, body)), [REQUEST_ID_HEADER]: requestId };
      return send(session.bid.endpoint, { method: 'POST', path, headers, body }, signal);
    },
  };
}

interface Ask {
  readonly endpoint: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Sorts what goes wrong while talking to a provider. An abort by the client stays what it is. */
export function toProviderError(error: unknown, endpoint: string, signal: AbortSignal): unknown {
  if (isRefusedEndpoint(error)) return error;
  const failure = signal.aborted ? exchangeFailureOf(signal.reason) : exchangeFailureOf(error);
  if (signal.aborted && failure === 'aborted') return signal.reason;
  switch (failure) {
    case 'unreachable':
      return nodeError('provider_unreachable', { endpoint }, { cause: error });
    case 'timeout':
      return nodeError('provider_timeout', { endpoint }, { cause: error });
    case 'aborted':
    case 'broken':
      return nodeError('provider_broken', { endpoint }, { cause: error });
  }
}

/** A refusal told by a provider's node, with the code it gave. */
export function refusalOf({ status, retryAfterSeconds }: ExchangeAnswer, text: string, endpoint: string): Error {
  const error = parseRecord(text)?.['error'];
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  const providerCode = typeof code === 'string' ? code.slice(0, 100) : 'without a code';
  const extras = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return nodeError('provider_refused', { endpoint, status, providerCode }, extras);
}

function isRefusedEndpoint(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'endpoint_refused' || error.code === 'endpoint_invalid')
  );
}

function trusting<Value>(endpoint: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    throw nodeError('provider_broken', { endpoint }, { cause });
  }
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function majorOf(version: string): string {
  return version.split('.', 1)[0] ?? '';
}
