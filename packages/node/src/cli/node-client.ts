import type { Secret } from '@yellowstone/service';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Agent } from 'undici';
import { parseRecord } from '../carriage/answer-observer.js';
import {
  DEFAULT_TIMEOUTS,
  exchange,
  type ExchangeAnswer,
  exchangeFailureOf,
  type ExchangeTimeouts,
  readBody,
} from '../carriage/exchange.js';
import { nodeError } from '../errors.js';

export interface NodeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

/** The HTTP API of a running node. Everything throws AppError node_…, or the signal's reason. */
export interface NodeClient {
  readonly url: string;
  /** Sends a request, and gives what `read` makes of a good answer. */
  ask<Value>(
    request: NodeRequest,
    read: (answer: ExchangeAnswer) => Promise<Value>,
    signal: AbortSignal,
  ): Promise<Value>;
  /** An answer that is JSON of a shape. */
  askFor<Shape extends TSchema>(shape: Shape, request: NodeRequest, signal: AbortSignal): Promise<Static<Shape>>;
  close(): Promise<void>;
}

export interface NodeClientOptions {
  readonly url: string;
  readonly apiKey?: Secret | undefined;
  readonly timeouts?: ExchangeTimeouts;
}

const SMALL_BYTES = 4 * 1_048_576;

export function createNodeClient({ url, apiKey, timeouts = DEFAULT_TIMEOUTS }: NodeClientOptions): NodeClient {
  const dispatcher = new Agent({ connect: { timeout: timeouts.connectMs } });
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` };

  const send = async ({ method, path, body }: NodeRequest, signal: AbortSignal): Promise<ExchangeAnswer> => {
    const request = { dispatcher, method, url: `${url}${path}`, headers, signal, timeouts } as const;
    const answer = await exchange(
      body === undefined ? request : { ...request, body: Buffer.from(JSON.stringify(body)) },
    );
    if (answer.status === 200) return answer;
    throw refusalOf(answer.status, await textOf(answer));
  };
  const ask: NodeClient['ask'] = async (request, read, signal) => {
    try {
      return await read(await send(request, signal));
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toNodeFailure(error, url);
    }
  };
  return {
    url,
    ask,
    async askFor(shape, request, signal) {
      const body = await ask(request, async (answer) => parseRecord(await textOf(answer)), signal);
      if (!Compile(shape).Check(body)) throw nodeError('node_broken', { url });
      return body;
    },
    close: () => dispatcher.destroy(),
  };
}

async function textOf({ body }: ExchangeAnswer): Promise<string> {
  return (await readBody(body, SMALL_BYTES)).toString('utf8');
}

/** What the node says is wrong, in its words. */
function refusalOf(status: number, text: string): Error {
  const error = recordIn(parseRecord(text), 'error');
  const told = textIn(error, 'message') ?? `The node refused with status ${status}.`;
  return nodeError('node_refused', { told, status, code: textIn(error, 'code') ?? null });
}

function toNodeFailure(error: unknown, url: string): unknown {
  if (error instanceof Error && error.name === 'AppError') return error;
  switch (exchangeFailureOf(error)) {
    case 'unreachable':
      return nodeError('node_unreachable', { url }, { cause: error });
    case 'timeout':
      return nodeError('node_silent', { url }, { cause: error });
    case 'aborted':
    case 'broken':
      return nodeError('node_broken', { url }, { cause: error });
  }
}

export function recordIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

export function textIn(value: unknown, name: string): string | undefined {
  const text = recordIn(value, name);
  return typeof text === 'string' ? text : undefined;
}
