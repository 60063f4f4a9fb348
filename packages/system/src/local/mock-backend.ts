import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

// A backend that costs nothing, so that what is measured is the way to it. Requests say how slow it shall be.

/** Fields of a request beside those of OpenAI; they pass through nodes as every unknown field does. */
interface Ask {
  readonly stream?: boolean;
  readonly max_tokens?: number;
  /** Before the answer, or its first token [ms]. */
  readonly mock_delay_ms?: number;
  /** Between two tokens of a stream [ms]. */
  readonly mock_interval_ms?: number;
}

const USAGE = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
const HEAD = { id: 'chatcmpl-mock', created: 1, model: 'mock' };
const TEXT = 'An answer of the mock backend, eight tokens long.';
const ANSWER = JSON.stringify({
  ...HEAD,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
  usage: USAGE,
});

const chunk = (fields: object): string =>
  `data: ${JSON.stringify({ ...HEAD, object: 'chat.completion.chunk', ...fields })}\n\n`;
const delta = (fields: object, finishReason: string | null = null): string =>
  chunk({ choices: [{ index: 0, delta: fields, finish_reason: finishReason }] });
const TOKEN = delta({ content: ' word' });

function whole(response: ServerResponse, { mock_delay_ms: delayMs = 0 }: Ask): void {
  const answer = (): void => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(ANSWER) });
    response.end(ANSWER);
  };
  if (delayMs === 0) answer();
  else setTimeout(answer, delayMs);
}

function stream(response: ServerResponse, ask: Ask): void {
  const { max_tokens: tokens = 8, mock_delay_ms: delayMs = 0, mock_interval_ms: intervalMs = 0 } = ask;
  let left = tokens;
  const next = (): void => {
    if (response.destroyed) return;
    if (left === tokens) response.write(delta({ role: 'assistant', content: '' }));
    left -= 1;
    response.write(TOKEN);
    if (left > 0) return void setTimeout(next, intervalMs);
    response.write(delta({}, 'stop'));
    response.write(chunk({ choices: [], usage: { ...USAGE, completion_tokens: tokens } }));
    response.end('data: [DONE]\n\n');
  };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  setTimeout(next, delayMs);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const server = createServer((request, response) => {
  if (request.method === 'GET') return void response.end('{"object":"list","data":[]}');
  void bodyOf(request).then((body) => {
    const ask = JSON.parse(body) as Ask;
    if (ask.stream === true) stream(response, ask);
    else whole(response, ask);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
