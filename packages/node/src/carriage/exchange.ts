import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type ByteSource, createByteSink } from './byte-source.js';

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
  /** What becomes of the connection afterwards; closed by default. */
  readonly connection?: 'closed' | 'kept';
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number | undefined;
  /** To be read to its end or left. */
  readonly body: ByteSource;
}

/** Why an exchange failed. */
export type ExchangeFailure = 'unreachable' | 'timeout' | 'broken' | 'aborted';

/**
 * One HTTP exchange without redirects. The body must be read or left. A kept connection may die in the moment in
 * which it is used again; then the same bytes are sent once more on another one.
 */
export async function exchange(ask: ExchangeRequest): Promise<ExchangeAnswer> {
  try {
    return await exchangeOnce(ask);
  } catch (error) {
    if (ask.signal.aborted || !diedUnused(error)) throw error;
    return exchangeOnce(ask);
  }
}

function exchangeOnce(ask: ExchangeRequest): Promise<ExchangeAnswer> {
  const { dispatcher, method, url, headers = {}, body = null, signal, timeouts, connection = 'closed' } = ask;
  signal.throwIfAborted();
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    // undici's own stream around an answer costs more than the answer: bytes are taken as they come.
    const { source, push, end } = createByteSink({
      pause: () => controller?.pause(),
      resume: () => controller?.resume(),
      leave: () => controller?.abort(new DOMException('nobody reads the answer', 'AbortError')),
    });
    const onAbort = (): void => {
      settle(signal.reason);
      controller?.abort(signal.reason as Error);
    };
    const settle = (error?: unknown): void => {
      signal.removeEventListener('abort', onAbort);
      end(error);
      if (error !== undefined) reject(error as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const options = {
      origin,
      path: `${pathname}${search}`,
      method,
      headers: body === null ? headers : { 'content-type': 'application/json', ...headers },
      body,
      headersTimeout: timeouts.firstByteMs,
      bodyTimeout: timeouts.idleMs,
      reset: connection === 'closed',
    };
    dispatcher.dispatch(options, {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason as Error);
      },
      onResponseStart(_, status, told) {
        // What comes before the answer itself, such as 103.
        if (status >= 200) resolve({ status, ...knownOf(told), body: source });
      },
      onResponseData(_, bytes) {
        // A parser that goes on after a pause gives a piece of nothing first; kept, it would be a pause again.
        if (bytes.length > 0) push(bytes);
      },
      onResponseEnd: () => settle(),
      onResponseError: (_, error) => settle(error),
    });
  });
}

function knownOf(headers: IncomingHttpHeaders): Pick<ExchangeAnswer, 'contentType' | 'retryAfterSeconds'> {
  const retryAfter = Number(headers['retry-after']);
  return {
    contentType: headers['content-type'] ?? 'application/octet-stream',
    retryAfterSeconds: Number.isSafeInteger(retryAfter) && retryAfter > 0 ? retryAfter : undefined,
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
export async function readBody(source: ByteSource, limitBytes: number): Promise<Buffer> {
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
