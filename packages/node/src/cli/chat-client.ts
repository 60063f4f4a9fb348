import { Type } from 'typebox';
import { createAnswerObserver, parseRecord } from '../carriage/answer-observer.js';
import { createEventSplitter, dataOf } from '../carriage/event-splitter.js';
import type { ExchangeAnswer } from '../carriage/exchange.js';
import { nodeError } from '../errors.js';
import { createNodeClient, type NodeClientOptions, recordIn, textIn } from './node-client.js';

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
  /** @throws AppError node_…, answer_truncated when it breaks off; the signal's reason */
  answer(request: ChatRequest, onPiece: (text: string) => void, signal: AbortSignal): Promise<ChatAnswer>;
  close(): Promise<void>;
}

const ModelList = Type.Object({ data: Type.Array(Type.Object({ id: Type.String() })) });

export function createChatClient(options: NodeClientOptions): ChatClient {
  const node = createNodeClient(options);
  return {
    async models(signal) {
      const { data } = await node.askFor(ModelList, { method: 'GET', path: '/v1/models' }, signal);
      return data.map(({ id }) => id);
    },
    answer({ model, messages, maxTokens }, onPiece, signal) {
      const streaming = { stream: true, stream_options: { include_usage: true } };
      const limit = maxTokens === undefined ? {} : { max_tokens: maxTokens };
      const body = { model, messages, ...streaming, ...limit };
      const read = async (answer: ExchangeAnswer): Promise<ChatAnswer> => {
        const observer = createAnswerObserver({ clock: performanceClock, startedAt: 0 });
        let text = '';
        for await (const data of eventsOf(answer)) {
          observer.see(data);
          const piece = pieceIn(data);
          if (piece === '') continue;
          text += piece;
          onPiece(piece);
        }
        if (observer.hasFailed || !observer.isComplete) throw nodeError('answer_truncated', { model });
        return { model, text, ...observer.usage() };
      };
      return node.ask({ method: 'POST', path: '/v1/chat/completions', body }, read, signal);
    },
    close: node.close,
  };
}

const performanceClock = { monotonic: () => performance.now() };

async function* eventsOf({ body }: ExchangeAnswer): AsyncGenerator<string> {
  const splitter = createEventSplitter();
  for (let bytes = await body.next(); bytes !== undefined; bytes = await body.next()) {
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
