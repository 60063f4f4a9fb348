import { parseRecord } from '../carriage/answer-observer.js';
import {
  exchange,
  type ExchangeAnswer,
  exchangeFailureOf,
  type ExchangeTimeouts,
  readBody,
} from '../carriage/exchange.js';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Dispatcher } from 'undici';
import { nodeError } from '../errors.js';

/** What is sent to a provider's node. */
export interface ProviderAsk {
  /** As it stands on chain. */
  readonly endpoint: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** Sends to providers' nodes, and sorts what goes wrong. */
export interface ProviderExchange {
  /** Any status is an answer. @throws provider_unreachable, provider_timeout, provider_broken, endpoint_… */
  send(ask: ProviderAsk, signal: AbortSignal): Promise<ExchangeAnswer>;
  /** A small JSON object. @throws provider_refused as well */
  small(ask: ProviderAsk, signal: AbortSignal): Promise<Record<string, unknown>>;
}

interface ExchangeDeps {
  readonly dispatcher: Dispatcher;
  /** Base URL of an endpoint. @throws endpoint_invalid, endpoint_refused */
  readonly urlOf: (endpoint: string) => string;
}

/** Small exchanges take no longer than this [ms]. */
export const SMALL_TIMEOUT_MS = 10_000;
export const SMALL_BYTES = 262_144;

export function createProviderExchange(
  { dispatcher, urlOf }: ExchangeDeps,
  { timeouts }: { readonly timeouts: ExchangeTimeouts },
): ProviderExchange {
  const send = async (
    { endpoint, method, path, headers = {}, body }: ProviderAsk,
    signal: AbortSignal,
  ): Promise<ExchangeAnswer> => {
    const url = `${urlOf(endpoint)}${path}`;
    const ask = { dispatcher, method, url, headers, signal, timeouts, connection: 'kept' } as const;
    return exchange({ ...ask, ...(body === undefined ? {} : { body }) }).catch((error: unknown) => {
      throw toProviderError(error, endpoint, signal);
    });
  };
  return {
    send,
    async small(ask, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(SMALL_TIMEOUT_MS)]);
      const answer = await send(ask, limited);
      const text = await readBody(answer.body, SMALL_BYTES).catch((error: unknown) => {
        throw toProviderError(error, ask.endpoint, limited);
      });
      if (answer.status >= 300) throw refusalOf(answer, text.toString('utf8'), ask.endpoint);
      const value = parseRecord(text.toString('utf8'));
      if (value === undefined) throw nodeError('provider_broken', { endpoint: ask.endpoint });
      return value;
    },
  };
}

/** @throws provider_broken for what is not of the schema. */
export function requireShape<Schema extends TSchema>(schema: Schema, value: unknown, endpoint: string): Static<Schema> {
  if (!Compile(schema).Check(value)) throw nodeError('provider_broken', { endpoint });
  return value as Static<Schema>;
}

/** What a provider sent, made ours. @throws provider_broken for whatever `parse` throws. */
export function trusting<Value>(endpoint: string, parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    throw nodeError('provider_broken', { endpoint }, { cause });
  }
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
export function refusalOf(
  { status, retryAfterSeconds }: Pick<ExchangeAnswer, 'status' | 'retryAfterSeconds'>,
  text: string,
  endpoint: string,
): Error {
  const providerCode = toldErrorIn(text).code?.slice(0, 100) ?? 'without a code';
  const extras = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return nodeError('provider_refused', { endpoint, status, providerCode }, extras);
}

/** What a body in OpenAI's or our envelope says. */
export interface ToldError {
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly param: unknown;
}

export function toldErrorIn(text: string): ToldError {
  const error = parseRecord(text)?.['error'];
  const told = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
  const { code, message, param } = told;
  return {
    code: typeof code === 'string' ? code : undefined,
    message: typeof message === 'string' ? message : undefined,
    param,
  };
}

function isRefusedEndpoint(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'endpoint_refused' || error.code === 'endpoint_invalid')
  );
}
