import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildRandomModel } from '../training/random-model.js';
import { createHttpServer } from './http-server.js';
import { collect } from './testing/collect.js';
import { serve } from './testing/serve.js';
import type { Served } from './testing/serve.js';

const BODY_LIMIT_BYTES = 100_000;
/** The spec of TRUST.md 34: an abort reaches the model within 250 ms; CI machines get some slack. */
const ABORT_TIMEOUT_MS = 1_000;

let folder: string;
let server: Served;
const logged: unknown[] = [];
const model = 'babbler';

/** Greedy noise never ends by itself, so these answers run until somebody ends them. */
const endless = { model, prompt: 'go', temperature: 0, max_tokens: 100_000 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-llama-'));
  const modelPath = join(folder, `${model}.gguf`);
  await writeFile(modelPath, buildRandomModel({ contextLength: 16_384 }));
  const options = {
    modelPath,
    slots: 1,
    queueLimit: 1,
    queueTimeoutMs: 300,
    contextSize: 16_384,
    bodyLimitBytes: BODY_LIMIT_BYTES,
  };
  const note = (...line: unknown[]) => void logged.push(line);
  server = await serve(options, { log: { info: note, warn: note, error: note } });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const idle = { total: 1, busy: 0, waiting: 0 };
const untilSlots = (expected: object) =>
  vi.waitFor(() => expect(server.slots()).toEqual(expected), { timeout: ABORT_TIMEOUT_MS, interval: 5 });

type PostInit = { readonly headers?: Record<string, string>; readonly signal?: AbortSignal };

function post(body: unknown, { headers = {}, signal }: PostInit = {}): Promise<Response> {
  return fetch(`${server.url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? (body as string) : JSON.stringify(body),
    signal: signal ?? null,
  });
}

async function errorOf(response: Response) {
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  return { status: response.status, ...error };
}

/** Sends raw bytes and returns all that comes back before the server closes. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1').setEncoding('latin1');
  let answer = '';
  socket.on('data', (text: string) => (answer += text));
  socket.write(bytes, 'latin1');
  await once(socket, 'close');
  return answer;
}

describe('an aborted request', () => {
  beforeEach(() => untilSlots(idle));

  it('frees its slot while the whole answer is being made', async () => {
    const controller = new AbortController();
    const response = post(endless, { signal: controller.signal }).catch((error: Error) => error.name);
    await untilSlots({ total: 1, busy: 1, waiting: 0 });
    controller.abort();
    expect(await response).toBe('AbortError');
    await untilSlots(idle);
  });

  it.each([0, 1, 20])('frees its slot after %i streamed chunks', async (count) => {
    const stream = await server.client.completions.create({ ...endless, stream: true });
    const reader = stream[Symbol.asyncIterator]();
    for (let i = 0; i < count; i++) expect((await reader.next()).done).toBe(false);
    stream.controller.abort();
    await untilSlots(idle);
  });

  it('leaves the queue', async () => {
    const first = new AbortController();
    const second = new AbortController();
    const running = post(endless, { signal: first.signal }).catch(() => {});
    await untilSlots({ total: 1, busy: 1, waiting: 0 });
    const waiting = post(endless, { signal: second.signal }).catch(() => {});
    await untilSlots({ total: 1, busy: 1, waiting: 1 });
    second.abort();
    await untilSlots({ total: 1, busy: 1, waiting: 0 });
    first.abort();
    await Promise.all([running, waiting]);
  });

  it('leaves nothing behind: the next answer is the same as on an empty slot', async () => {
    const short = { ...endless, max_tokens: 20 };
    const before = await server.client.completions.create(short);
    const stream = await server.client.completions.create({ ...endless, prompt: 'something else', stream: true });
    stream.controller.abort();
    await untilSlots(idle);
    const after = await server.client.completions.create(short);
    expect(after.choices[0]?.text).toBe(before.choices[0]?.text);
  });
});

describe('a busy server', () => {
  const controller = { current: new AbortController() };
  let running: Promise<unknown>;

  beforeEach(async () => {
    await untilSlots(idle);
    controller.current = new AbortController();
    running = post(endless, { signal: controller.current.signal }).catch(() => {});
    await untilSlots({ total: 1, busy: 1, waiting: 0 });
  });
  afterEach(async () => {
    controller.current.abort();
    await running;
    await untilSlots(idle);
  });

  it('lets one request wait and refuses the next with 429 and Retry-After', async () => {
    const waiting = post(endless);
    await untilSlots({ total: 1, busy: 1, waiting: 1 });
    const refused = await post(endless);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await errorOf(refused)).toMatchObject({ status: 429, type: 'rate_limit_error', code: 'queue_full' });
    expect(await errorOf(await waiting)).toMatchObject({ status: 503, code: 'queue_timeout' });
  });

  it('gives the slot to the one who waits', async () => {
    const waiting = post({ ...endless, max_tokens: 2 });
    await untilSlots({ total: 1, busy: 1, waiting: 1 });
    controller.current.abort();
    expect((await waiting).status).toBe(200);
  });
});

describe('bodies', () => {
  const nested = (depth: number) => `{"model":"${model}","prompt":${'['.repeat(depth)}${']'.repeat(depth)}}`;

  it.each([
    ['nothing', ''],
    ['half an object', '{"model":'],
    ['not JSON', 'prompt=hello'],
    ['a trailing comma', '{"model":"x",}'],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['10,000 levels', nested(10_000)],
    ['a __proto__ key', `{"model":"${model}","__proto__":{"prompt":"x"}}`],
  ])('of %s are 400 invalid_json', async (_name, body) => {
    expect(await errorOf(await post(body))).toMatchObject({ status: 400, code: 'invalid_json' });
  });

  it.each([
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '1'],
  ])('that are %s are 400 invalid_type', async (_name, body) => {
    expect(await errorOf(await post(body))).toMatchObject({ status: 400, code: 'invalid_type', param: null });
  });

  it('never come back in a message', async () => {
    const response = await post('{"prompt":"my secret", nonsense');
    expect(await response.text()).not.toContain('secret');
  });

  it('one byte over the limit are 413, exactly at the limit they are read', async () => {
    const sized = (bytes: number) => {
      const body = JSON.stringify({ model: 'x', prompt: '' });
      return body.replace('""', `"${'a'.repeat(bytes - body.length)}"`);
    };
    expect(await errorOf(await post(sized(BODY_LIMIT_BYTES)))).toMatchObject({ status: 404, code: 'model_not_found' });
    expect(await errorOf(await post(sized(BODY_LIMIT_BYTES + 1)))).toMatchObject({
      status: 413,
      code: 'body_too_large',
    });
  });

  it('without an end are 413 and the connection is closed', async () => {
    const request = httpRequest(`${server.url}/v1/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    request.on('error', () => {});
    const closed = once(request, 'close');
    const chunk = Buffer.alloc(16_384, 0x20);
    const write = () => {
      while (!request.destroyed && request.write(chunk));
    };
    request.on('drain', write);
    write();
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(413);
    response.resume();
    await closed;
  });

  it("that break off are nobody's error: nothing is logged, nothing is left", async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(
      'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"mo',
    );
    await once(socket, 'connect');
    socket.destroy();
    await once(socket, 'close');
    // Later requests are served after the broken one was seen.
    expect((await post({ ...endless, max_tokens: 1 })).status).toBe(200);
    expect(logged).toEqual([]);
  });

  it('that are compressed or of another type are 415', async () => {
    const gzip = await post(gzipSync('{}'), { headers: { 'content-encoding': 'gzip' } });
    expect(await errorOf(gzip)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    const form = await post('a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect(await errorOf(form)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });
});

describe('parameters', () => {
  const chat = { model, messages: [{ role: 'user', content: 'hi' }] };

  it.each([
    ['model', {}, 'missing_required_parameter'],
    ['model', { model: 1 }, 'invalid_type'],
    ['prompt', { model }, 'missing_required_parameter'],
    ['prompt', { model, prompt: [1, 2] }, 'invalid_type'],
    ['temperature', { model, prompt: 'x', temperature: '0.5' }, 'invalid_type'],
    ['temperature', { model, prompt: 'x', temperature: 2.1 }, 'invalid_value'],
    ['top_p', { model, prompt: 'x', top_p: -1 }, 'invalid_value'],
    ['max_tokens', { model, prompt: 'x', max_tokens: 1.5 }, 'invalid_type'],
    ['max_tokens', { model, prompt: 'x', max_tokens: 0 }, 'invalid_value'],
    ['seed', { model, prompt: 'x', seed: 'a' }, 'invalid_type'],
    ['stop', { model, prompt: 'x', stop: [1] }, 'invalid_type'],
    ['stop', { model, prompt: 'x', stop: '' }, 'invalid_value'],
    ['stop', { model, prompt: 'x', stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_value'],
    ['stream', { model, prompt: 'x', stream: 'yes' }, 'invalid_type'],
    ['stream_options', { model, prompt: 'x', stream_options: {} }, 'invalid_value'],
    [
      'stream_options.include_usage',
      { model, prompt: 'x', stream: true, stream_options: { include_usage: 1 } },
      'invalid_type',
    ],
    ['logprobs', { model, prompt: 'x', logprobs: 6 }, 'invalid_value'],
    ['n', { model, prompt: 'x', n: 2 }, 'unsupported_parameter'],
    ['frequency_penalty', { model, prompt: 'x', frequency_penalty: 1 }, 'unsupported_parameter'],
    ['logit_bias', { model, prompt: 'x', logit_bias: { 1: 1 } }, 'invalid_value'],
    ['prompt', { model, prompt: 'x'.repeat(20_000) }, 'context_length_exceeded'],
  ])('of completions: a bad %s (case %#)', async (param, body, code) => {
    expect(await errorOf(await post(body))).toMatchObject({ status: 400, type: 'invalid_request_error', param, code });
  });

  it.each([
    ['messages', { model }, 'missing_required_parameter'],
    ['messages', { model, messages: 'hi' }, 'invalid_type'],
    ['messages', { model, messages: [] }, 'invalid_value'],
    ['messages[0]', { model, messages: ['hi'] }, 'invalid_type'],
    ['role', { model, messages: [{}] }, 'missing_required_parameter'],
    ['messages[0].role', { model, messages: [{ role: 'boss' }] }, 'invalid_value'],
    ['messages[0].content', { model, messages: [{ role: 'user', content: 1 }] }, 'invalid_type'],
    [
      'messages[0].content[0].type',
      { model, messages: [{ role: 'user', content: [{ type: 'image_url' }] }] },
      'invalid_value',
    ],
    ['top_logprobs', { ...chat, top_logprobs: 1 }, 'invalid_value'],
    ['top_logprobs', { ...chat, logprobs: true, top_logprobs: 21 }, 'invalid_value'],
    ['logprobs', { ...chat, logprobs: 1 }, 'invalid_type'],
    ['tools', { ...chat, tools: [{}] }, 'unsupported_parameter'],
    ['response_format', { ...chat, response_format: { type: 'json_object' } }, 'invalid_value'],
  ])('of chat: a bad %s (case %#)', async (param, body, code) => {
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await errorOf(response)).toMatchObject({ status: 400, param, code });
  });

  it.each([
    ['input', { model }, 'missing_required_parameter'],
    ['input', { model, input: [] }, 'invalid_value'],
    ['input', { model, input: '' }, 'invalid_value'],
    ['input', { model, input: [[1]] }, 'invalid_type'],
    ['encoding_format', { model, input: 'x', encoding_format: 'hex' }, 'invalid_value'],
    ['dimensions', { model, input: 'x', dimensions: 8 }, 'unsupported_parameter'],
  ])('of embeddings: a bad %s (case %#)', async (param, body, code) => {
    const response = await fetch(`${server.url}/v1/embeddings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await errorOf(response)).toMatchObject({ status: 400, param, code });
  });
});

describe('HTTP', () => {
  it('unknown routes are 404', async () => {
    const response = await fetch(`${server.url}/v1/images`, { method: 'POST', body: '{}' });
    expect(await errorOf(response)).toMatchObject({ status: 404, code: 'route_not_found' });
  });

  it('wrong methods are 405 and say what is allowed', async () => {
    const response = await fetch(`${server.url}/v1/chat/completions`);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await errorOf(response)).toMatchObject({ status: 405, code: 'method_not_allowed' });
  });

  it('names that are not this machine are refused (DNS rebinding)', async () => {
    const answer = await exchange('GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(answer).toContain('host_not_allowed');
  });

  it.each([
    ['garbage', 'hello\r\n\r\n', 400],
    ['64 KB of headers', `GET /health HTTP/1.1\r\nHost: localhost\r\nX-Big: ${'a'.repeat(65_536)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
  ])('%s is answered in the envelope', async (_name, bytes, status) => {
    const answer = await exchange(bytes);
    expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(answer).toContain('"type":"invalid_request_error"');
  });

  it('an unexpected failure is 500 without details, and the log says where but not what', async () => {
    const lines: unknown[] = [];
    const note = (...line: unknown[]) => void lines.push(line);
    const handle = () => Promise.reject(new Error('about my secret prompt'));
    const failing = createHttpServer(
      { routes: [{ method: 'GET', path: '/fails', handle }], log: { info: note, warn: note, error: note } },
      { host: '127.0.0.1', port: 0 },
    );
    const response = await fetch(`http://127.0.0.1:${await failing.listen()}/fails`);
    const body = await response.text();
    await failing.stop();
    expect(response.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ error: { type: 'server_error', code: 'internal_error' } });
    expect(lines).toEqual([
      [
        { path: '/fails', name: 'Error', frames: expect.arrayContaining([expect.stringMatching(/^ {4}at /)]) },
        'request failed unexpectedly',
      ],
    ]);
    expect(body + JSON.stringify(lines)).not.toContain('secret');
  });

  it('text is never cut inside a character: every chunk is whole UTF-8', async () => {
    const response = await post({ ...endless, max_tokens: 200, stream: true });
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('data: {'));
    const streamed = events.map((event) => JSON.parse(event.slice(6)).choices[0].text as string).join('');
    const whole = await server.client.completions.create({ ...endless, max_tokens: 200 });
    expect(streamed).toBe(whole.choices[0]?.text);
    expect(events.length).toBeGreaterThan(1);
  });
});

describe('stop', () => {
  it('tells everybody in a typed error and waits for nobody who is slow', async () => {
    const modelPath = join(folder, `${model}.gguf`);
    const other = await serve({ modelPath, slots: 1, contextSize: 16_384 });
    const slow = connect(Number(new URL(other.url).port), '127.0.0.1');
    slow.write(
      'POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    await once(slow, 'connect');
    const stream = await other.client.completions.create({ ...endless, stream: true });
    const reading = collect(stream).catch((error: unknown) => error);
    const whole = other.client.completions.create(endless).catch((error: unknown) => error);
    await vi.waitFor(() => expect(other.slots()).toEqual({ total: 1, busy: 1, waiting: 1 }), { interval: 5 });
    await other.stop();
    expect(await reading).toMatchObject({ code: 'server_stopping' });
    expect(await whole).toMatchObject({ status: 503, code: 'server_stopping' });
  });
});
