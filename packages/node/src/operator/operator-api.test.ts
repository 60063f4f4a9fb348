import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { MOR } from '@yellowstone/protocol';
import { chainError } from '@yellowstone/client';
import { type ApiKeys, createApiKeys, type Database, listen, type Listening } from '@yellowstone/service';
import type { InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_SCOPES, type ApiScope, createAuthenticate } from '../api-access.js';
import { openEmptyDatabase } from '../testing/empty-database.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { addressOf, providerWallet, readableLog } from '../testing/keys.js';
import { createTestApi, requireDescribed, type TestApi } from '../testing/operator-api.js';

// What strangers, broken clients and web pages meet (TRUST scenarios 31, 32, 33, 35, 36, 39, 41).

const JSON_TYPE = { 'content-type': 'application/json' };
const LIMIT_BYTES = 65_536;
const MEBIBYTE = 1_048_576;
const chain = createFakeChain();
let database: Database;
let apiKeys: ApiKeys<ApiScope>;
let api: TestApi;
let running: Listening;
let bearer: string;
let logged: () => string;
let now = Date.now();
const answered: string[] = [];

beforeAll(async () => {
  database = await openEmptyDatabase();
  apiKeys = createApiKeys({ database, clock: { now: () => now } }, { scopes: API_SCOPES });
  bearer = await makeKey();
  chain.give(addressOf(providerWallet), MOR);
  const { log, text } = readableLog('info');
  logged = text;
  const open = {
    onModel: async () => `0x${'51'.repeat(32)}` as never,
    onBid: async () => `0x${'52'.repeat(32)}` as never,
  };
  api = await createTestApi({
    chain,
    wallet: providerWallet,
    authenticate: createAuthenticate({ apiKeys }),
    apiKeys,
    open,
    serving: { models: new Map(), draining: () => 0 },
    reportEarnings: async () => Promise.reject(new Error('nobody may ask')),
    log,
  });
  running = await listen(api.server, { host: '127.0.0.1', port: 0, graceMs: 100 });
}, 60_000);

afterAll(async () => {
  await running?.stop();
  await database?.close();
});

async function makeKey(scopes: readonly ApiScope[] = API_SCOPES, expiresAt?: number): Promise<string> {
  const made = await apiKeys.create({ name: 'test', scopes, ...(expiresAt === undefined ? {} : { expiresAt }) });
  return `Bearer ${made.token.reveal()}`;
}

/** Everything that is answered is looked at again in the end. */
async function inject(request: InjectOptions | string) {
  const answer = await api.server.inject(request);
  answered.push(answer.body);
  return answer;
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: string | Buffer;
}

/** Sends bytes with a good key, and checks that the answer is as described. */
async function send(method: 'GET' | 'POST' | 'DELETE', url: string, { headers = {}, payload }: Sending = {}) {
  const authorization = { authorization: bearer };
  const answer = await inject({
    method,
    url,
    headers: { ...authorization, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  requireDescribed(api.document, { method, url }, { status: answer.statusCode, body: answer.json() });
  return answer;
}
const sendJson = (payload: string | Buffer, headers = {}) =>
  send('POST', '/blockchain/bids', { headers: { ...JSON_TYPE, ...headers }, payload });

describe('31: who has no key', () => {
  const routes = () =>
    Object.entries(api.document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { security }]) => ({
        method: method.toUpperCase() as 'GET',
        url: path.replaceAll(/\{\w+\}/g, `0x${'12'.repeat(32)}`),
        isPublic: security.length === 0,
      })),
    );

  it('gets nothing but what is listed as public, whatever he shows instead', async () => {
    const expired = await makeKey(API_SCOPES, now + 60_000);
    now += 60_000;
    const revokedKey = await apiKeys.create({ name: 'revoked', scopes: API_SCOPES });
    await apiKeys.revoke(revokedKey.key.id);
    const wrong = [
      '',
      'Bearer',
      'Basic YWRtaW46YWRtaW4=',
      `Bearer ysk_${'0'.repeat(16)}_${'A'.repeat(43)}`,
      bearer.slice(0, -1),
      `${bearer}A`,
      expired,
      `Bearer ${revokedKey.token.reveal()}`,
    ];
    expect(routes().length).toBeGreaterThan(35);
    const before = [...chain.sent];
    for (const { method, url, isPublic } of routes()) {
      for (const authorization of wrong) {
        const { statusCode, headers } = await inject({ method, url, headers: { authorization } });
        expect([method, url, authorization, statusCode]).toEqual([method, url, authorization, isPublic ? 200 : 401]);
        if (!isPublic) expect(headers['www-authenticate']).toMatch(/^Bearer/);
      }
      expect((await inject({ method, url })).statusCode).toBe(isPublic ? 200 : 401);
    }
    expect(chain.sent).toEqual(before);
  }, 30_000);

  it('gets 403 with a key that is for prompts only', async () => {
    const infer = await makeKey(['infer']);
    for (const { method, url, isPublic } of routes()) {
      const { statusCode } = await inject({ method, url, headers: { authorization: infer } });
      expect(statusCode).toBe(isPublic ? 200 : 403);
    }
  });

  it('finds these routes public, and no others', () => {
    const open = routes().filter(({ isPublic }) => isPublic);
    expect(open.map(({ url }) => url)).toEqual(['/healthz', '/healthcheck', '/readyz']);
  });

  it('is not read before he is asked: a broken body, an unknown content type and a large one are 401', async () => {
    for (const headers of [
      JSON_TYPE,
      { 'content-type': 'text/xml' },
      { ...JSON_TYPE, 'content-length': `${MEBIBYTE}` },
    ]) {
      const answer = await inject({ method: 'POST', url: '/blockchain/bids', headers, payload: '{' });
      expect(answer.statusCode).toBe(401);
    }
  });
});

describe('32: malformed JSON', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{"modelID":'],
    ['a comma too many', '{"modelID":"1",}'],
    ['single quotes', "{'modelID':'1'}"],
    ['NaN', '{"modelID":NaN}'],
    ['two values', '{}{}'],
    ['a byte order mark inside', '{"a":\uFEFF1}'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ['a control character', '{"modelID":"\u0001"}'],
    ['__proto__', '{"__proto__":{"admin":true},"modelID":"1"}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['arrays 10,000 deep', '['.repeat(10_000)],
    ['closed arrays 10,000 deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['a list', '[]'],
    ['null', 'null'],
    ['a text', '"x"'],
  ])('refuses %s with 400, fast', async (_, payload) => {
    const startedAt = performance.now();
    const answer = await sendJson(payload);
    expect(answer.statusCode).toBe(400);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    expect((await send('GET', '/healthz')).statusCode).toBe(200);
  });
});

describe('33: too much', () => {
  it('refuses one byte over the limit and reads up to it', async () => {
    const frame = '{"x":""}'.length;
    const over = await sendJson(`{"x":"${'y'.repeat(LIMIT_BYTES - frame + 1)}"}`);
    expect(over.statusCode).toBe(413);
    expect(over.json()).toMatchObject({ error: { code: 'body_too_large', details: { limitBytes: LIMIT_BYTES } } });
    expect((await sendJson(`{"x":"${'y'.repeat(LIMIT_BYTES - frame)}"}`)).statusCode).toBe(400);
  });

  it('refuses a gzip bomb unopened', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * MEBIBYTE, 0x20));
    expect((await sendJson(bomb, { 'content-encoding': 'gzip' })).statusCode).toBe(415);
  });

  it('refuses 100 MB by its announced length, and a chunked body without end, without keeping them', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const head = requestHead('content-length: 104857600');
    expect(await exchange(head)).toMatch(/^HTTP\/1.1 413 /);
    const chunk = `ffff\r\n${'x'.repeat(0xffff)}\r\n`;
    expect(await exchange(`${requestHead('transfer-encoding: chunked')}${chunk.repeat(40)}`)).toMatch(
      /^HTTP\/1.1 413 /,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * MEBIBYTE);
  });

  it('refuses a body that is longer than its length', async () => {
    const answer = await exchange(`${requestHead('content-length: 1')}{"modelID":1}`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe('35: headers', () => {
  it.each([
    ['CR without LF', 400, 'x-note: a\rb: c'],
    ['a name with a space', 400, 'bad name: x'],
    ['a NUL', 400, 'x-note: a\0b'],
    ['a folded line', 400, 'x-note: a\r\n folded'],
    ['two lengths', 400, 'content-length: 1\r\ncontent-length: 2'],
    ['length and chunks', 400, 'content-length: 5\r\ntransfer-encoding: chunked'],
    ['64 KB', 431, `x-note: ${'y'.repeat(65_536)}`],
  ])('answers %s with a typed %i', async (_, status, header) => {
    const answer = await exchange(`${requestHead(header)}\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toHaveProperty('error.code');
  });

  it('never gives back what was sent as a header of its own', async () => {
    const answer = await send('GET', '/wallet', { headers: { 'x-request-id': 'a%0d%0aset-cookie: x=1' } });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('36: paths inside ids', () => {
  it.each(['..%2f..%2fetc%2fpasswd', '%2e%2e%2f%2e%2e', '..%5c..%5cwindows', '0x12', "0x'%20or%201=1", '%00', '*'])(
    'refuses the id %s by its schema',
    async (id) => {
      for (const path of ['models', 'bids', 'sessions', 'providers']) {
        expect((await send('GET', `/blockchain/${path}/${id}`)).statusCode).toBe(400);
      }
    },
  );

  it.each(['/swagger/index.html/static/../../../package.json', '/swagger/index.html/static/..%2f..%2fpackage.json'])(
    'serves no file beside the page: %s',
    async (url) => {
      const answer = await inject({ url, headers: { authorization: bearer } });
      expect([400, 403, 404]).toContain(answer.statusCode);
      expect(answer.body).not.toContain('"name"');
    },
  );
});

describe('39: web pages', () => {
  it.each([
    ['a page of another origin', { origin: 'https://evil.example' }],
    ['a page on another port', { origin: 'http://127.0.0.1:9999' }],
    ['a page in a sandbox or a file', { origin: 'null' }],
    ['a name that points here (DNS rebinding)', { host: 'evil.example:8082' }],
    ['a name that looks like ours', { host: 'localhost.evil.example' }],
    ['an address that is not loopback', { host: '192.168.1.5:8082' }],
  ])('refuses %s, even with a key, on every kind of route', async (_, headers) => {
    const before = [...chain.sent];
    for (const [method, url] of [
      ['GET', '/healthz'],
      ['GET', '/openapi.json'],
      ['GET', '/swagger/index.html'],
      ['GET', '/wallet'],
      ['POST', `/blockchain/approve?amount=1`],
    ] as const) {
      const answer = await inject({ method, url, headers: { authorization: bearer, ...headers } });
      expect([method, url, answer.statusCode]).toEqual([method, url, 403]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(chain.sent).toEqual(before);
  });

  it('serves its own page', async () => {
    const headers = { host: 'localhost:8082', origin: 'http://localhost:8082' };
    expect((await send('GET', '/wallet', { headers })).statusCode).toBe(200);
  });
});

describe('41: what a failure says', () => {
  const token = 'v2/SECRET-RPC-TOKEN-0123456789';
  const key = providerWallet.privateKey;
  const nasty = Object.assign(new Error(`boom at /root/node/src/secret.ts of https://rpc.example/${token} ${key}`), {
    stack: `Error: boom\n    at open (/root/node/src/secret.ts:1:1)`,
  });

  it.each([
    ['something unexpected', nasty, 500],
    [
      'a refusing RPC endpoint',
      chainError(
        'CHAIN_RPC_FAILED',
        { doing: 'approveMor', reason: `https://rpc.example/${token} says no` },
        undefined,
        { cause: nasty },
      ),
      503,
    ],
  ])('is typed and keeps secrets, paths and stacks: %s', async (_, error, status) => {
    const own = chain.as(providerWallet);
    const approveMor = async () => Promise.reject(error);
    const as = () => ({ ...own, writes: { ...own.writes, approveMor } });
    const { log, text } = readableLog('info');
    const broken = await createTestApi({ chain: { ...chain, as }, wallet: providerWallet, log });
    const answer = await broken.call('POST', '/blockchain/approve?amount=1');
    await broken.server.close();
    expect(answer.status).toBe(status);
    expectNoSecrets(JSON.stringify(answer.body));
    expect(text()).not.toMatch(/SECRET-RPC-TOKEN|secret\.ts|    at /);
  });

  it('holds for everything that was answered and logged in this file', () => {
    expect(answered.length).toBeGreaterThan(200);
    expectNoSecrets(logged());
    for (const body of answered.filter((text) => !text.startsWith('<'))) expectNoSecrets(body);
  });

  function expectNoSecrets(text: string): void {
    expect(text).not.toContain(token);
    expect(text).not.toContain(key.slice(2));
    expect(text).not.toContain(bearer.slice('Bearer '.length));
    expect(text).not.toMatch(/node_modules|\.ts:\d+|\n? {4}at |\/(?:root|home|work|usr|tmp)\//);
  }
});

describe('the documentation', () => {
  it('is an OpenAPI 3.1 document with a tag, a name and a failure for each route', async () => {
    const answer = await inject('/openapi.json');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(api.document)));
    expect(api.document.openapi).toBe('3.1.0');
    const operations = Object.values(api.document.paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { tags, responses } of operations) {
      expect(tags).toHaveLength(1);
      expect(Object.keys(responses)).toEqual(['200', 'default']);
    }
  });

  it.each([
    ['post', '/blockchain/approve', 'transactions', 'post_blockchain_approve'],
    ['post', '/blockchain/providers', 'providers', 'post_blockchain_providers'],
    ['post', '/blockchain/models', 'models', 'post_blockchain_models'],
    ['post', '/blockchain/bids', 'bids', 'post_blockchain_bids'],
    ['post', '/blockchain/models/{id}/session', 'sessions', 'post_blockchain_models__id__session'],
  ])('%s %s is found at #/%s/%s', (method, path, tag, operationId) => {
    expect(api.document.paths[path]?.[method]).toMatchObject({ operationId, tags: [tag] });
  });

  it('says which bodies may be left out', () => {
    const bodyOf = (path: string) => api.document.paths[path]?.['post']?.requestBody;
    expect(bodyOf('/blockchain/sessions/{id}/close')?.required).toBe(false);
    expect(bodyOf('/blockchain/bids')?.required).toBe(true);
  });

  it('has a page that loads everything from here and opens links', async () => {
    const page = await inject('/swagger/index.html');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toMatch(/text\/html/);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const parts = [...page.body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(parts.length).toBeGreaterThan(4);
    for (const url of parts) expect([url, (await inject(url)).statusCode]).toEqual([url, 200]);
    const script = await inject('/swagger/index.html/static/swagger-initializer.js');
    expect(script.body).toContain('"deepLinking":true');
    expect((await inject('/swagger/index.html/json')).json()).toEqual((await inject('/openapi.json')).json());
    expect((await inject('/swagger')).headers['location']).toBe('/swagger/index.html');
  });
});

function requestHead(header: string): string {
  const lines = ['POST /blockchain/bids HTTP/1.1', 'host: localhost', `authorization: ${bearer}`];
  return `${[...lines, 'content-type: application/json', header].join('\r\n')}\r\n\r\n`;
}

/** Sends bytes as they are and gives what comes back until the server closes. */
async function exchange(raw: string): Promise<string> {
  const { hostname, port } = new URL(running.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let text = '';
  socket.on('data', (part: Buffer) => (text += part.toString()));
  socket.on('error', () => undefined);
  socket.end(raw);
  await once(socket, 'close');
  answered.push(text);
  return text;
}
