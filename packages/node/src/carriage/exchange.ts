import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';
import { type ByteSource, byteSourceOf } from './byte-source.js';

/** How long each part of an exchange may take [ms]. */
export interface ExchangeTimeouts {
  readonly connectMs: number;
  /** From the last byte sent to the head of the answer. */
  readonly firstByteMs: number;
  /** Between two bytes of the answer. */
  readonly idleMs: number;
}

export const DEFAULT_TIMEOUTS: ExchangeTimeouts = { connectMs: 5_000, firstByteMs: 180_000, idleMs: 60_000 };

export interface ExchangeRequest {
  readonly dispatcher: Dispatcher;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal: AbortSignal;
  readonly timeouts: ExchangeTimeouts;
  /** `kept`: one of before is used if there is one, and kept for the next. `fresh` by default. */
  readonly connection?: 'fresh' | 'kept';
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number | undefined;
  readonly body: Readable;
}

/** Why an exchange failed. */
export type ExchangeFailure = 'unreachable' | 'timeout' | 'broken' | 'aborted';

/**
 * One HTTP exchange without redirects. The body must be read or destroyed. A kept connection may die in the moment in
 * which it is used again; then the same bytes are sent once more on another one.
 */
export async function exchange(ask: ExchangeRequest): Promise<ExchangeAnswer> {
  try {
    return await exchangeOnce(ask);
  } catch (error) {
    if (ask.connection !== 'kept' || ask.signal.aborted || !diedUnused(error)) throw error;
    return exchangeOnce(ask);
  }
}

async function exchangeOnce(ask: ExchangeRequest): Promise<ExchangeAnswer> {
  const { dispatcher, method, url, headers = {}, body, signal, timeouts, connection = 'fresh' } = ask;
  const answer = await request(url, {
    dispatcher,
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    signal,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
    reset: connection === 'fresh',
  });
  const retryAfter = Number(answer.headers['retry-after']);
  return {
    status: answer.statusCode,
    contentType: headerText(answer.headers['content-type']) ?? 'application/octet-stream',
    retryAfterSeconds: Number.isSafeInteger(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
    body: answer.body,
  };
}

/** True if a connection that had served before was closed by the other side before an answer began. */
function diedUnused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, socket } = error as { code?: string; socket?: { readonly bytesRead?: number } };
  // A reset does not say how old the connection was.
  if (code === 'ECONNRESET' || code === 'EPIPE') return true;
  return code === 'UND_ERR_SOCKET' && (socket?.bytesRead ?? 0) > 0;
}

/**
 * Reads a body to its end.
 * @throws RangeError if it is larger than the limit.
 */
export async function readBody(body: Readable | ByteSource, limitBytes: number): Promise<Buffer> {
  const source = 'next' in body ? body : byteSourceOf(body);
  const parts: Buffer[] = [];
  let bytes = 0;
  for (let part = await source.next(); part !== undefined; part = await source.next()) {
    bytes += part.length;
    if (bytes > limitBytes) {
      source.leave();
      throw new RangeError(`the answer is larger than ${limitBytes} bytes`);
    }
    parts.push(part);
  }
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}

const FAILURES: Readonly<Record<string, ExchangeFailure>> = {
  UND_ERR_CONNECT_TIMEOUT: 'unreachable',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  TimeoutError: 'timeout',
  UND_ERR_ABORTED: 'aborted',
  AbortError: 'aborted',
};

/** Sorts what undici throws. */
export function exchangeFailureOf(error: unknown): ExchangeFailure {
  if (!(error instanceof Error)) return 'broken';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return FAILURES[error.name] ?? FAILURES[code] ?? 'broken';
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
