import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { runInWorld } from '../testing/fake-world.js';
import { freePortServer, type TestServer } from '../testing/test-server.js';

interface Seen {
  readonly authorization: string | undefined;
  readonly body: string;
}

let node: TestServer;
let seen: Seen[];
afterEach(() => node.stop());

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const delta = (content: string, finish: string | null = null): string =>
  event({ choices: [{ delta: { content }, finish_reason: finish }] });

/** A consumer node that answers every prompt with these bytes. */
async function nodeAnswering(
  text: string,
  { status = 200, models = ['m'] }: { status?: number; models?: readonly string[] } = {},
): Promise<void> {
  seen = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push({ authorization: request.headers.authorization, body });
    if (request.url === '/v1/models') return void response.end(JSON.stringify({ data: models.map((id) => ({ id })) }));
    response.writeHead(status, { 'content-type': status === 200 ? 'text/event-stream' : 'application/json' });
    response.end(text);
  };
  node = await freePortServer(createServer((request, response) => void answer(request, response)));
}

const WHOLE = `${delta('An offer')}${delta(' of \u001B[31ma provider.', 'stop')}data: [DONE]\n\n`;

describe('chat', () => {
  it('streams the answer to one question, without what a terminal would obey', async () => {
    await nodeAnswering(WHOLE);
    const { code, stdout } = await runInWorld(['chat', '--url', node.url, 'What is a bid?']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'An offer of [31ma provider.\n' });
    expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({
      model: 'm',
      stream: true,
      messages: [{ role: 'user', content: 'What is a bid?' }],
    });
  });

  it('sends its key, takes the prompt from stdin, and writes neither', async () => {
    await nodeAnswering(WHOLE);
    const env = { YELLOWSTONE_API_KEY: 'ysk_secret' };
    const { stdout, stderr } = await runInWorld(['--json', 'chat', '--model', 'm', '--url', node.url, '-'], {
      env,
      stdin: 'my secret plan\n',
    });
    expect(seen[0]?.authorization).toBe('Bearer ysk_secret');
    expect(seen[0]?.body).toContain('my secret plan');
    expect(JSON.parse(stdout)).toMatchObject({ model: 'm', outputTokens: 2 });
    expect(stdout + stderr).not.toMatch(/secret/);
  });

  it.each([
    ['breaks off', delta('An off')],
    ['ends with an error', `${delta('An off')}${event({ error: { message: 'broken', code: 'stream_truncated' } })}`],
  ])('says so when the answer %s', async (_, text) => {
    await nodeAnswering(text);
    const { code, stdout, stderr } = await runInWorld(['chat', '--url', node.url, 'What is a bid?']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'An off\n' });
    expect(stderr).toMatch(/broke off/);
  });

  it('tells what the node says is wrong', async () => {
    const error = { message: 'An API key is needed.', code: 'api_key_missing' };
    await nodeAnswering(JSON.stringify({ error }), { status: 401 });
    const { code, stderr } = await runInWorld(['--json', 'chat', '--model', 'm', '--url', node.url, 'hi']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({
      error: { code: 'node_refused', message: error.message, details: { code: error.code, status: 401 } },
    });
  });

  it('wants a model when there are several, and a prompt', async () => {
    await nodeAnswering(WHOLE, { models: ['m', 'n'] });
    const several = await runInWorld(['chat', '--url', node.url, 'hi']);
    expect(several.stderr).toMatch(/m, n/);
    const empty = await runInWorld(['chat', '--model', 'm', '--url', node.url, ' ']);
    expect(empty.code).toBe(2);
  });
});

describe('a conversation', () => {
  it('goes on until Ctrl-D, and the model is told what was said before', async () => {
    await nodeAnswering(WHOLE);
    const answers = ['What is a bid?\r', '  \r', 'And then?\r', '\u0004'];
    const args = ['chat', '--model', 'm', '--url', node.url, '--system', 'Be brief.'];
    const { code, stdout } = await runInWorld(args, { answers });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'An offer of [31ma provider.\n'.repeat(2) });
    expect(seen.map(({ body }) => (JSON.parse(body) as { messages: unknown }).messages)).toEqual([
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is a bid?' },
      ],
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is a bid?' },
        { role: 'assistant', content: expect.stringMatching(/^An offer of/) as string },
        { role: 'user', content: 'And then?' },
      ],
    ]);
  });

  it('ends with 130 on Ctrl-C when nothing is answered, and with 1 when the node refuses', async () => {
    await nodeAnswering(JSON.stringify({ error: { message: 'no', code: 'no_session' } }), { status: 503 });
    const args = ['chat', '--model', 'm', '--url', node.url];
    const interrupted = await runInWorld(args, { answers: ['\u0003'] });
    expect(interrupted).toMatchObject({ code: 130, stdout: '' });
    const refused = await runInWorld(args, { answers: ['Hello\r'] });
    expect(refused.code).toBe(1);
    expect(seen).toHaveLength(1);
  });
});
