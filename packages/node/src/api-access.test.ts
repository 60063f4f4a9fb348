import { type ApiKeys, createApiKeys, createHttpServer, type Database, type HttpServer } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_SCOPES, type ApiScope, callerOf, createAuthenticate, rememberCaller } from './api-access.js';
import { translateError } from './chain/chain-failures.js';
import { openEmptyDatabase } from './testing/empty-database.js';
import { readableLog } from './testing/keys.js';

const { log } = readableLog();
let database: Database;
let apiKeys: ApiKeys<ApiScope>;
let now = 1_000_000;
let server: HttpServer;
let handled = 0;

beforeAll(async () => {
  database = await openEmptyDatabase(log);
  apiKeys = createApiKeys({ database, clock: { now: () => now } }, { scopes: API_SCOPES });
  server = createHttpServer({ log }, { translate: translateError });
  const isPublic = ({ url }: { url: string }): boolean => url === '/health';
  const authenticate = createAuthenticate({ apiKeys, isPublic });
  server.addHook('onRequest', async (request, reply) => rememberCaller(request, await authenticate(request, reply)));
  for (const path of ['/health', '/v1/models', '/wallet']) {
    server.get(path, async (request) => {
      handled += 1;
      return { caller: callerOf(request)?.id ?? null };
    });
  }
});

afterAll(async () => {
  await server?.close();
  await database?.close();
});

const get = (url: string, authorization?: string) =>
  server.inject({ url, headers: authorization === undefined ? {} : { authorization } });
const makeKey = async (scopes: readonly ApiScope[] = API_SCOPES, expiresAt?: number) => {
  const made = await apiKeys.create({ name: 'test', scopes, ...(expiresAt === undefined ? {} : { expiresAt }) });
  return { id: made.key.id, bearer: `Bearer ${made.token.reveal()}` };
};

describe('createAuthenticate', () => {
  it('refuses everything but public routes while no key exists', async () => {
    expect((await get('/health')).statusCode).toBe(200);
    for (const path of ['/wallet', '/nowhere', '/v1/models']) {
      for (const header of [undefined, '', 'Bearer', 'Bearer x', `Bearer ysk_${'0'.repeat(16)}_${'A'.repeat(43)}`]) {
        const answer = await get(path, header);
        expect(answer.statusCode).toBe(401);
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer/);
      }
    }
    expect(handled).toBe(1);
  });

  it('says why in the words of the path', async () => {
    expect((await get('/wallet')).json()).toMatchObject({ error: { code: 'api_key_missing', details: {} } });
    expect((await get('/v1/models', 'Bearer ysk_wrong')).json()).toMatchObject({
      error: { code: 'invalid_api_key', type: 'authentication_error', param: null },
    });
  });

  it('lets in a key until it is revoked', async () => {
    const { id, bearer } = await makeKey();
    expect((await get('/v1/models', bearer)).statusCode).toBe(200);
    expect((await get('/wallet', bearer.replace('Bearer', 'bearer'))).statusCode).toBe(200);
    await apiKeys.revoke(id);
    expect((await get('/wallet', bearer)).statusCode).toBe(401);
  });

  it('tells handlers which key it was', async () => {
    const { id, bearer } = await makeKey();
    expect((await get('/wallet', bearer)).json()).toEqual({ caller: id });
    expect((await get('/health', bearer)).json()).toEqual({ caller: null });
  });

  it('lets in a key until it expires', async () => {
    const { bearer } = await makeKey(API_SCOPES, now + 1_000);
    expect((await get('/wallet', bearer)).statusCode).toBe(200);
    now += 1_000;
    expect((await get('/wallet', bearer)).json()).toMatchObject({ error: { code: 'invalid_api_key' } });
  });

  it('keeps a key within its scope', async () => {
    const { bearer } = await makeKey(['infer']);
    expect((await get('/v1/models', bearer)).statusCode).toBe(200);
    const refused = await get('/wallet', bearer);
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toMatchObject({ error: { code: 'api_key_scope_missing', details: { scope: 'operate' } } });
    const other = await makeKey(['operate']);
    expect((await get('/v1/models', other.bearer)).statusCode).toBe(403);
  });
});
