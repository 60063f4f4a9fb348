import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small real HTTP server that answers as a test wants, for faults no real model has. */
export interface FakeBackend {
  /** Base URL with `/v1`. */
  readonly url: string;
  /** Bodies of the requests that came. */
  readonly asked: Record<string, unknown>[];
  /** Requests whose connection ended before their answer. */
  readonly aborted: () => number;
  answer: (body: Record<string, unknown>, response: ServerResponse, request: IncomingMessage) => void | Promise<void>;
  stop(): Promise<void>;
}

export async function startFakeBackend(): Promise<FakeBackend> {
  let aborted = 0;
  const server = createServer((request, response) => {
    response.on('close', () => {
      if (!response.writableFinished) aborted += 1;
    });
    void respond(request, response);
  });
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json');
      response.end('{"object":"list","data":[]}');
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
    backend.asked.push(body);
    await backend.answer(body, response, request);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const backend: FakeBackend = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked: [],
    aborted: () => aborted,
    answer: (body, response) => (body['stream'] === true ? streamWords(response) : answerWords(response)),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return backend;
}

export const WORDS: readonly string[] = ['Der', ' Fluß', ' 🌊', ' fließt', '.'];

/** A whole answer with its usage. */
export function answerWords(response: ServerResponse): void {
  response.setHeader('content-type', 'application/json');
  const message = { role: 'assistant', content: WORDS.join('') };
  const usage = { prompt_tokens: 7, completion_tokens: WORDS.length, total_tokens: 7 + WORDS.length };
  response.end(
    JSON.stringify({
      id: 'a',
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage,
    }),
  );
}

/** The events of a streamed answer: words, finish reason, usage, end. */
export function eventsOfWords(): string[] {
  const chunk = (choices: unknown[], usage: unknown = null): string =>
    `data: ${JSON.stringify({ id: 'a', object: 'chat.completion.chunk', choices, usage })}\n\n`;
  return [
    chunk([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]),
    ...WORDS.map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }])),
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
    chunk([], { prompt_tokens: 7, completion_tokens: WORDS.length, total_tokens: 7 + WORDS.length }),
    'data: [DONE]\n\n',
  ];
}

export function streamWords(response: ServerResponse): void {
  response.setHeader('content-type', 'text/event-stream');
  for (const event of eventsOfWords()) response.write(event);
  response.end();
}
