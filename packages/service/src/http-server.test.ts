import { once } from 'node:events';
import { connect } from 'node:net';
import { Type } from 'typebox';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from './app-error.js';
import { createHttpServer, type HttpServer, listen, type Listening } from './http-server.js';
import { createLog } from './log.js';

const LIMIT_BYTES = 1_000;
const JSON_TYPE = { 'content-type': 'application/json' };

let logged = '';
let server: HttpServer;

beforeEach(() => {
  logged = '';
  const log = createLog({ name: 'test', destination: { write: (line: string) => void (logged += line) } });
  server = createHttpServer(
    { log },
    {
      bodyLimitBytes: LIMIT_BYTES,
      allowedHosts: ['node.example'],
      allowedOrigins: ['https://app.example'],
      translate: (error) =>
        error instanceof RangeError
          ? new AppError({ code: 'CHAIN_Far', httpStatus: 409, message: 'Too far.', details: { farMor: 3n } })
          : undefined,
    },
  );
  const schema = { body: Type.Object({ amount: Type.String() }, { additionalProperties: false }) };
  for (const path of ['/things', '/v1/things']) {
    server.post(path, { schema }, async () => ({ ok: true }));
    server.get(`${path}/broken`, async () => {
      throw new Error('secret inner reason');
    });
    server.get(`${path}/chain`, async () => {
      throw new RangeError('x');
    });
    server.get(`${path}/busy`, async () => {
      throw new AppError({
        code: 'queue_full',
        httpStatus: 429,
        message: 'Full.',
        hint: 'Wait.',
        retryAfterSeconds: 2,
        details: { param: 'model' },
      });
    });
  }
});

afterEach(() => server.close());

describe('error envelopes', () => {
  it('answers resources with code, message and details', async () => {
    const answer = await server.inject({ method: 'GET', url: '/things/chain' });
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toEqual({ error: { code: 'CHAIN_Far', message: 'Too far.', details: { farMor: '3' } } });
  });

  it('answers /v1 in the envelope of OpenAI with the same code and message, and Retry-After', async () => {
    const answer = await server.inject({ method: 'GET', url: '/v1/things/busy' });
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('2');
    expect(answer.json()).toEqual({
      error: { message: 'Full. Wait.', type: 'rate_limit_error', param: 'model', code: 'queue_full' },
    });
  });

  it('hides what nobody expected and logs it once', async () => {
    const answer = await server.inject({ method: 'GET', url: '/things/broken' });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ error: { code: 'internal_error' } });
    expect(answer.body).not.toContain('inner reason');
    expect(logged.match(/inner reason/g)).toHaveLength(1);
  });

  it.each(['/nowhere', '/v1/nowhere?x=1'])('answers the unknown route %s with 404', async (url) => {
    const answer = await server.inject({ method: 'GET', url });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: { code: 'route_not_found' } });
  });

  it('answers a path that cannot be decoded with 400', async () => {
    const answer = await server.inject({ method: 'GET', url: '/things/%zz' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'request_invalid' } });
  });
});

describe('bodies', () => {
  it.each(['{', '', 'nul', '{"amount":"1",}', '{"__proto__":{"x":1},"amount":"1"}', '['.repeat(900), '"\u0000"'])(
    'refuses %j with 400',
    async (payload) => {
      const answer = await server.inject({ method: 'POST', url: '/v1/things', headers: JSON_TYPE, payload });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
    },
  );

  it('does not coerce a number into an amount and names the field', async () => {
    const answer = await server.inject({ method: 'POST', url: '/things', payload: { amount: 1 } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'request_invalid', details: { param: 'amount' } } });
  });

  it('refuses other content types with 415', async () => {
    const answer = await server.inject({
      method: 'POST',
      url: '/things',
      headers: { 'content-type': 'application/xml' },
      payload: '<a/>',
    });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ error: { code: 'content_type_unsupported' } });
  });

  it('refuses compressed bodies with 415', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    const answer = await server.inject({ method: 'POST', url: '/things', headers, payload: 'x' });
    expect(answer.statusCode).toBe(415);
  });

  it('takes a body of the limit and refuses one byte more with 413', async () => {
    const frame = JSON.stringify({ amount: '' }).length;
    const fits = await server.inject({
      method: 'POST',
      url: '/things',
      payload: { amount: 'x'.repeat(LIMIT_BYTES - frame) },
    });
    expect(fits.statusCode).toBe(200);
    const amount = 'x'.repeat(LIMIT_BYTES - frame + 1);
    const answer = await server.inject({ method: 'POST', url: '/things', payload: { amount } });
    expect(answer.statusCode).toBe(413);
    expect(answer.json()).toMatchObject({ error: { code: 'body_too_large', details: { limitBytes: LIMIT_BYTES } } });
  });
});

describe('host and origin', () => {
  it.each([
    ['localhost:8083', 200],
    ['127.0.0.1', 200],
    ['[::1]:1', 200],
    ['NODE.example:443', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:80', 403],
  ])('host %s gets %i', async (host, status) => {
    const answer = await server.inject({ method: 'POST', url: '/things', headers: { host }, payload: { amount: '1' } });
    expect(answer.statusCode).toBe(status);
  });

  it.each([
    ['http://localhost:8083', 200],
    ['https://app.example', 200],
    ['http://localhost:9999', 403],
    ['https://evil.example', 403],
    ['null', 403],
  ])('origin %s gets %i', async (origin, status) => {
    const headers = { host: 'localhost:8083', origin };
    const answer = await server.inject({ method: 'POST', url: '/v1/things', headers, payload: { amount: '1' } });
    expect(answer.statusCode).toBe(status);
  });
});

describe('request ids', () => {
  it('keeps a decent id and replaces any other', async () => {
    const kept = await server.inject({ method: 'GET', url: '/x', headers: { 'x-request-id': 'abc-1' } });
    expect(kept.headers['x-request-id']).toBe('abc-1');
    const made = await server.inject({ method: 'GET', url: '/x', headers: { 'x-request-id': 'a b\u0001' } });
    expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a listening server', () => {
  let running: Listening;
  beforeEach(async () => {
    server.get('/slow', async () => new Promise((done) => setTimeout(() => done({ ok: true }), 100)));
    running = await listen(server, { host: '127.0.0.1', port: 0 });
  });
  afterEach(() => running.stop());

  it.each([
    ['a space in a header name', 'GET / HTTP/1.1\r\nhost: localhost\r\nbad header: x\r\n\r\n', 400],
    ['CR without LF in a header', 'GET / HTTP/1.1\r\nhost: localhost\r\nx: a\rb: c\r\n\r\n', 400],
    ['64 KB of headers', `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(65_536)}\r\n\r\n`, 431],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
  ])('answers %s with a typed %s', async (_, raw, status) => {
    const answer = await exchange(running.url, raw);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toHaveProperty('error.code');
  });

  it('cuts off a chunked body without end', async () => {
    const head =
      'POST /things HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const answer = await exchange(running.url, `${head}ffff\r\n${'x'.repeat(65_535)}\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it('finishes what runs and then stops', async () => {
    const slow = fetch(`${running.url}/slow`);
    await new Promise((done) => setTimeout(done, 30));
    await running.stop();
    expect((await slow).status).toBe(200);
    await expect(fetch(`${running.url}/slow`)).rejects.toThrow();
  });
});

async function exchange(url: string, raw: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.on('error', () => undefined);
  socket.write(raw);
  await once(socket, 'close');
  return text;
}
