import type { Secret } from '@yellowstone/service';
import { Agent } from 'undici';
import { createAnswerObserver, parseRecord } from '../carriage/answer-observer.js';
import { createEventSplitter, dataOf } from '../carriage/event-splitter.js';
import {
  DEFAULT_TIMEOUTS,
  exchange,
  type ExchangeAnswer,
  exchangeFailureOf,
  type ExchangeTimeouts,
  readBody,
} from '../carriage/exchange.js';
import { cliError } from './errors.js';

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly maxTokens?: number | undefined;
}

export interface ChatAnswer {
  readonly model: string;
  readonly text: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The OpenAI API of a consumer node, as far as `yellowstone chat` needs it. */
export interface ChatClient {
  models(signal: AbortSignal): Promise<readonly string[]>;
  /** @throws AppError consumer_… , answer_truncated when it breaks off; the signal's reason */
  answer(request: ChatRequest, onPiece: (text: string) => void, signal: AbortSignal): Promise<ChatAnswer>;
  close(): Promise<void>;
}

interface ChatOptions {
  readonly url: string;
  readonly apiKey?: Secret;
  readonly timeouts?: ExchangeTimeouts;
}

const SMALL_BYTES = 4 * 1_048_576;

export function createChatClient({ url, apiKey, timeouts = DEFAULT_TIMEOUTS }: ChatOptions): ChatClient {
  const dispatcher = new Agent({ connect: { timeout: timeouts.connectMs } });
  const headers: Record<string, string> = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` };

  const ask = async (path: string, body: Buffer | undefined, signal: AbortSignal): Promise<ExchangeAnswer> => {
    const method = body === undefined ? 'GET' : 'POST';
    const request = { dispatcher, method, url: `${url}${path}`, headers, signal, timeouts } as const;
    const answer = await exchange(body === undefined ? request : { ...request, body });
    if (answer.status === 200) return answer;
    throw refusalOf(answer.status, (await readBody(answer.body, SMALL_BYTES)).toString('utf8'));
  };
  const sorted = async <Value>(signal: AbortSignal, act: () => Promise<Value>): Promise<Value> => {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw toConsumerError(error, url);
    }
  };

  return {
    models: (signal) =>
      sorted(signal, async () => {
        const answer = await ask('/v1/models', undefined, signal);
        const { data } = parseRecord((await readBody(answer.body, SMALL_BYTES)).toString('utf8')) ?? {};
        if (!Array.isArray(data)) throw cliError('consumer_broken', { url });
        return data.flatMap((one: unknown) => textIn(one, 'id') ?? []);
      }),
    answer: ({ model, messages, maxTokens }, onPiece, signal) =>
      sorted(signal, async () => {
        const options = { stream: true, stream_options: { include_usage: true } };
        const limit = maxTokens === undefined ? {} : { max_tokens: maxTokens };
        const body = Buffer.from(JSON.stringify({ model, messages, ...options, ...limit }));
        const answer = await ask('/v1/chat/completions', body, signal);
        const observer = createAnswerObserver({ clock: performanceClock, startedAt: 0 });
        let text = '';
        for await (const data of eventsOf(answer)) {
          observer.see(data);
          const piece = pieceIn(data);
          if (piece === '') continue;
          text += piece;
          onPiece(piece);
        }
        if (observer.hasFailed || !observer.isComplete) throw cliError('answer_truncated', { model });
        return { model, text, ...observer.usage() };
      }),
    close: () => dispatcher.destroy(),
  };
}

const performanceClock = { monotonic: () => performance.now() };

async function* eventsOf({ body }: ExchangeAnswer): AsyncGenerator<string> {
  const splitter = createEventSplitter();
  for await (const bytes of body as AsyncIterable<Buffer>) {
    for (const event of splitter.push(bytes)) yield dataOf(event) ?? '';
  }
  yield dataOf(splitter.rest()) ?? '';
}

/** The text that an event adds to the answer. */
function pieceIn(data: string): string {
  const { choices } = parseRecord(data) ?? {};
  const delta = Array.isArray(choices) ? recordIn(choices[0] as unknown, 'delta') : undefined;
  return textIn(delta, 'content') ?? '';
}

/** What the node says is wrong, in its words. */
function refusalOf(status: number, text: string): Error {
  const error = recordIn(parseRecord(text), 'error');
  const told = textIn(error, 'message') ?? `The consumer node refused with status ${status}.`;
  return cliError('consumer_refused', { told, status, code: textIn(error, 'code') ?? null });
}

function toConsumerError(error: unknown, url: string): unknown {
  if (error instanceof Error && error.name === 'AppError') return error;
  switch (exchangeFailureOf(error)) {
    case 'unreachable':
      return cliError('consumer_unreachable', { url }, { cause: error });
    case 'timeout':
      return cliError('consumer_silent', { url }, { cause: error });
    case 'aborted':
    case 'broken':
      return cliError('consumer_broken', { url }, { cause: error });
  }
}

function recordIn(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function textIn(value: unknown, name: string): string | undefined {
  const text = recordIn(value, name);
  return typeof text === 'string' ? text : undefined;
}
