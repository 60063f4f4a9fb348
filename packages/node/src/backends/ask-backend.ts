import type { Dispatcher } from 'undici';
import { AppError } from '@yellowstone/service';
import { parseRecord } from '../carriage/answer-observer.js';
import {
  exchange,
  type ExchangeAnswer,
  exchangeFailureOf,
  type ExchangeTimeouts,
  readBody,
} from '../carriage/exchange.js';
import type { JsonObject } from '../carriage/json-body.js';
import { type CarriedPath, REQUEST_ID_HEADER } from '../carriage/provider-api.js';
import { nodeError } from '../errors.js';
import type { Backend } from './backend.js';
import { unhealthy } from './take-turn.js';

export interface BackendAsk {
  readonly backend: Backend;
  readonly path: CarriedPath;
  readonly ask: JsonObject;
  /** Under which the logs on both sides know the request. */
  readonly requestId: string;
  readonly signal: AbortSignal;
}

interface AskDeps {
  readonly dispatcher: Dispatcher;
  readonly timeouts: ExchangeTimeouts;
}

const MAX_FAILURE_BYTES = 65_536;
/** What is the client's fault and told in the backend's words. */
const CLIENT_FAULTS: readonly number[] = [400, 413, 422];
const BUSY: readonly number[] = [429, 503];

/**
 * Sends a request to a backend.
 * @throws backend_unreachable, backend_timeout, backend_broken, backend_failed, backend_busy, or the backend's own
 *   error when the request is at fault.
 */
export async function askBackend(
  deps: AskDeps,
  { backend, path, ask, requestId, signal }: BackendAsk,
): Promise<ExchangeAnswer> {
  const base = backend.url();
  const model = backend.entry.name;
  if (base === undefined || !backend.isHealthy()) {
    throw unhealthy(backend);
  }
  const answer = await exchange({
    ...deps,
    method: 'POST',
    url: `${base}${path.slice('/v1'.length)}`,
    headers: { ...backend.headers(), [REQUEST_ID_HEADER]: requestId },
    body: Buffer.from(JSON.stringify(forBackend({ backend, path, ask }))),
    signal,
    // Some servers close a connection after a streamed answer without saying so.
    connection: ask['stream'] === true ? 'closed' : 'kept',
  }).catch((error: unknown) => {
    throw toBackendError(error, backend, signal);
  });
  if (answer.status === 200) return answer;
  throw await refusalOf(answer, model);
}

/** Sorts what goes wrong while talking to a backend. An abort by the client stays what it is. */
export function toBackendError(error: unknown, backend: Backend, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const model = backend.entry.name;
  switch (exchangeFailureOf(error)) {
    case 'unreachable':
      backend.reportUnreachable();
      return nodeError('backend_unreachable', { model }, { cause: error });
    case 'timeout':
      return nodeError('backend_timeout', { model }, { cause: error });
    case 'aborted':
    case 'broken':
      return nodeError('backend_broken', { model }, { cause: error });
  }
}

/** True if the client asked for the usage at the end of a stream. */
export function asksUsage(ask: JsonObject): boolean {
  const options = ask['stream_options'];
  return (
    typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  );
}

/** The request as the backend gets it: its own name of the model, a maximum, and the usage at the end of a stream. */
function forBackend({ backend, path, ask }: Pick<BackendAsk, 'backend' | 'path' | 'ask'>): JsonObject {
  const changed: JsonObject = { ...ask, model: backend.modelName };
  const namesMaximum = (ask['max_tokens'] ?? ask['max_completion_tokens'] ?? null) !== null;
  if (path !== '/v1/embeddings' && !namesMaximum) changed['max_tokens'] = backend.entry.maxTokens;
  if (ask['stream'] === true && path !== '/v1/embeddings') {
    changed['stream_options'] = { ...(ask['stream_options'] as object | undefined), include_usage: true };
  }
  return changed;
}

async function refusalOf(answer: ExchangeAnswer, model: string): Promise<AppError> {
  const { status } = answer;
  const text = await readBody(answer.body, MAX_FAILURE_BYTES).then(String, () => '');
  if (CLIENT_FAULTS.includes(status)) {
    const error = parseRecord(text)?.['error'];
    const told = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : {};
    return new AppError({
      code: typeof told['code'] === 'string' ? told['code'] : 'request_refused',
      httpStatus: status,
      message: typeof told['message'] === 'string' ? told['message'] : `The backend of ${model} refused the request.`,
      details: { param: told['param'] ?? null },
    });
  }
  if (BUSY.includes(status)) {
    return nodeError('backend_busy', { model }, { retryAfterSeconds: answer.retryAfterSeconds ?? 2 });
  }
  return nodeError('backend_failed', { model, status });
}
