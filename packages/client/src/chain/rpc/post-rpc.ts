import type { JsonRpcPayload } from 'ethers';
import type { RpcAddress } from './rpc-address.js';
import { failed, readReply, type HttpAnswer, type RpcReply } from './rpc-reply.js';
import type { Timing } from './timing.js';

export interface PostOptions {
  readonly timing: Timing;
  /** For one request, its answer included [ms]. */
  readonly timeoutMs: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** Sends calls to one endpoint. Never rejects: what went wrong is a reply too. */
export type PostRpc = (address: RpcAddress, calls: readonly JsonRpcPayload[]) => Promise<RpcReply>;

/** Nothing was sent when one of these happened. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
]);
const DROPPED = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

export function createPostRpc({ timing, timeoutMs, signal }: PostOptions): PostRpc {
  async function post({ url, headers }: RpcAddress, body: string, stop: AbortSignal): Promise<HttpAnswer> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: stop,
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  return async (address, calls) => {
    const deadline = timing.deadline(timeoutMs);
    const stop = AbortSignal.any([signal, deadline.signal]);
    const body = JSON.stringify(calls.length === 1 ? calls[0] : calls);
    try {
      // A kept-alive connection can be closed by the server at the moment it is used again; that says nothing about the
      // chain. All calls may be repeated: reads anyway, and a signed transaction is accepted once.
      const answer = await post(address, body, stop).catch((error: unknown) => {
        if (!DROPPED.has(codeOf(error)) || stop.aborted) throw error;
        return post(address, body, stop);
      });
      return readReply(calls, answer);
    } catch (error) {
      if (deadline.signal.aborted) return failed('CHAIN_TIMEOUT', `no answer within ${timeoutMs} ms`);
      const code = codeOf(error);
      return failed('CHAIN_UNREACHABLE', code || 'the connection failed', { mayHaveArrived: !NOT_CONNECTED.has(code) });
    } finally {
      deadline.clear();
    }
  };
}

/** `fetch` wraps what happened; several addresses of a host fail together. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return codeOf(error.cause) || (error.cause instanceof Error ? error.cause.message : '');
}
