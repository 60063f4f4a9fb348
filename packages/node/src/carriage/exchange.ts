import type { Readable } from 'node:stream';
import { type Dispatcher, request } from 'undici';

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
 * One HTTP exchange: no redirects, and no kept connection, because servers close it after a streamed answer without
 * saying so. The body must be read or destroyed.
 */
export async function exchange(ask: ExchangeRequest): Promise<ExchangeAnswer> {
  const { dispatcher, method, url, headers = {}, body, signal, timeouts } = ask;
  const answer = await request(url, {
    dispatcher,
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
    signal,
    headersTimeout: timeouts.firstByteMs,
    bodyTimeout: timeouts.idleMs,
    reset: true,
  });
  const retryAfter = Number(answer.headers['retry-after']);
  return {
    status: answer.statusCode,
    contentType: headerText(answer.headers['content-type']) ?? 'application/octet-stream',
    retryAfterSeconds: Number.isSafeInteger(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
    body: answer.body,
  };
}

/**
 * Reads a body to its end.
 * @throws RangeError if it is larger than the limit.
 */
export async function readBody(body: Readable, limitBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > limitBytes) {
      body.destroy();
      throw new RangeError(`the answer is larger than ${limitBytes} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
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
