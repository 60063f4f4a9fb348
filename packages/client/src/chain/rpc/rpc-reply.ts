import type { JsonRpcError, JsonRpcPayload, JsonRpcResult } from 'ethers';

export type RpcAnswer = JsonRpcResult | JsonRpcError;

/** What came back for some calls: an answer to each, or none to any. */
export type RpcReply =
  | {
      readonly kind: 'answers';
      readonly answers: readonly RpcAnswer[];
      /** It lacks a block or a state that the calls were about: another endpoint may have it. */
      readonly isBehind: boolean;
    }
  | ({ readonly kind: 'failed' } & RpcFailure);

export interface RpcFailure {
  readonly code: 'CHAIN_UNREACHABLE' | 'CHAIN_TIMEOUT' | 'CHAIN_RPC_FAILED';
  /** For people; never a URL. */
  readonly reason: string;
  /** A transaction may be on its way all the same. */
  readonly mayHaveArrived: boolean;
  /** How long the endpoint asks to be left alone [ms]. */
  readonly retryAfterMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Pick<Headers, 'get'>;
  readonly body: string;
}

const TOO_MANY =
  /rate.?limit|too many requests|compute units|capacity.*exceeded|exceeded.*capacity|request (count|limit).*exceeded|throttl/i;
const BEHIND = /header not found|unknown block|block not found|missing trie node|state (is )?not available/i;
const MAX_RETRY_AFTER_MS = 600_000;
const MAX_REASON = 160;

/** Reads what an endpoint sent back. A refusal of a call is an answer; a refusal to be asked is a failure. */
export function readReply(calls: readonly JsonRpcPayload[], answer: HttpAnswer): RpcReply {
  const { status, headers, body } = answer;
  const retryAfterMs = retryAfterOf(headers);
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status === 429) return unasked('HTTP 429, too many requests', later);
  if (status === 503 && retryAfterMs !== undefined) return unasked('HTTP 503, unavailable', later);
  const found = status < 500 ? parseAnswers(body) : undefined;
  if (found === undefined) {
    const isRefusal = status >= 400 && status < 500;
    if (isRefusal) return unasked(`HTTP ${status}`, later);
    if (status >= 500) return failed('CHAIN_UNREACHABLE', `HTTP ${status}`, later);
    return failed('CHAIN_RPC_FAILED', 'its answer is not JSON-RPC', later);
  }
  return repliesTo(calls, found, later);
}

/** Reads what an endpoint sent back on a connection that has no status. */
export function readAnswers(calls: readonly JsonRpcPayload[], values: readonly unknown[]): RpcReply {
  const found = values.map(toAnswer).filter((one) => one !== undefined);
  return repliesTo(calls, found, {});
}

function repliesTo(
  calls: readonly JsonRpcPayload[],
  found: readonly RpcAnswer[],
  later: Pick<RpcFailure, 'retryAfterMs'>,
): RpcReply {
  const errors = found.flatMap((one) => ('error' in one ? [one.error] : []));
  const tooMany = errors.find(({ code, message }) => code === 429 || TOO_MANY.test(message ?? ''));
  if (tooMany !== undefined) return unasked(`too many requests: ${shortened(tooMany.message)}`, later);
  const answers = calls.map(({ id }) => found.find((one) => one.id === id));
  if (!answers.every((one) => one !== undefined)) {
    const reason = errors[0] === undefined ? 'it left calls without answer' : shortened(errors[0].message);
    return failed('CHAIN_RPC_FAILED', reason, later);
  }
  const isBehind = errors.some(({ message }) => BEHIND.test(message ?? ''));
  return { kind: 'answers', answers, isBehind };
}

export function failed(code: RpcFailure['code'], reason: string, more: Partial<RpcFailure> = {}): RpcReply {
  return { kind: 'failed', code, reason, mayHaveArrived: true, ...more };
}

/** The calls were turned away at the door. */
function unasked(reason: string, more: Partial<RpcFailure>): RpcReply {
  return failed('CHAIN_UNREACHABLE', reason, { ...more, mayHaveArrived: false });
}

function parseAnswers(body: string): readonly RpcAnswer[] | undefined {
  try {
    const all = [JSON.parse(body) as unknown].flat().map(toAnswer);
    return all.length > 0 && all.every((one) => one !== undefined) ? all : undefined;
  } catch {
    return undefined;
  }
}

function toAnswer(value: unknown): RpcAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, error, result } = value as Record<'id' | 'error' | 'result', unknown>;
  // Calls are numbered by ethers; an endpoint that could not read them answers without a number.
  const number = typeof id === 'number' ? id : -1;
  if (typeof error === 'object' && error !== null) {
    const { code, message, data } = error as Record<'code' | 'message' | 'data', unknown>;
    return { id: number, error: { code: Number(code ?? -1), message: String(message ?? 'no reason given'), data } };
  }
  // Some endpoints write `error: null` beside a result, which ethers would take for an error.
  return result === undefined ? undefined : { id: number, result };
}

/** Seconds, or a date, which is compared with the endpoint's own clock. */
function retryAfterOf(headers: Pick<Headers, 'get'>): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const milliseconds = /^\d+$/.test(text)
    ? Number(text) * 1_000
    : Date.parse(text) - Date.parse(headers.get('date') ?? '');
  return milliseconds >= 0 ? Math.min(milliseconds, MAX_RETRY_AFTER_MS) : undefined;
}

function shortened(text: string | undefined): string {
  return (text ?? '').replace(/https?:\/\/\S+/g, '[url]').slice(0, MAX_REASON);
}
