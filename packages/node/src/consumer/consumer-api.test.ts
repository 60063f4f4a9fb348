import type { Bid } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import { createApiKeys, type Listening } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_SCOPES, createAuthenticate } from '../api-access.js';
import { describeApi } from '../describe-api.js';
import { createProviderNode, type ProviderNode } from '../provider/create-provider-node.js';
import { type FakeBackend, startFakeBackend } from '../testing/fake-backend.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, quietLog, userWallet } from '../testing/keys.js';
import { type ApiDocument, requireDescribed } from '../testing/operator-api.js';
import { memoryRequestKeys } from '../testing/request-keys.js';
import { rememberedKeys } from '../testing/node-key-store.js';
import { rememberedAnswers } from '../testing/served-answers.js';
import { openTestStores, type TestStores } from '../testing/test-stores.js';
import { rememberedIds } from '../testing/used-request-ids.js';
import { createConsumerNode } from './create-consumer-node.js';

// The operator's routes on the two kinds of nodes.

const timeouts = { connectMs: 300, firstByteMs: 500, idleMs: 400 };
const price = 10n ** 14n;
const chain = createFakeChain();
const user = addressOf(userWallet);
let stores: TestStores;
let bearer: string;
let inferBearer: string;
let backend: FakeBackend;
let provider: ProviderNode;
let consumer: Listening;
let document: ApiDocument;
let bid: Bid;

beforeAll(async () => {
  stores = await openTestStores();
  const { database } = stores;
  const apiKeys = createApiKeys({ database, clock: Date }, { scopes: API_SCOPES });
  const authenticate = createAuthenticate({ apiKeys });
  bearer = `Bearer ${(await apiKeys.create({ name: 'operator', scopes: API_SCOPES })).token.reveal()}`;
  inferBearer = `Bearer ${(await apiKeys.create({ name: 'infer', scopes: ['infer'] })).token.reveal()}`;
  backend = await startFakeBackend();
  bid = chain.addBid({ wallet: providerWallet, endpoint: 'not.yet:1', name: 'tiny', priceMor: price });
  const models = [
    {
      modelId: bid.modelId,
      name: 'tiny',
      backend: { kind: 'url', url: backend.url, model: 'tiny', apiKey: undefined },
      slots: 2,
      queue: 2,
      maxTokens: 64,
    },
  ] as const;
  provider = await createProviderNode(
    {
      chain: chain.as(providerWallet),
      usedRequestIds: rememberedIds(),
      nodeKeyStore: rememberedKeys(),
      served: rememberedAnswers(),
      operator: { authenticate, requestKeys: memoryRequestKeys() },
      log: quietLog,
    },
    { models, port: 0, apiPort: 0, timeouts, graceMs: 300 },
  );
  chain.changeBid(bid.bidId, { endpoint: new URL(provider.url).host });
  chain.give(user, 100n * MOR);
  consumer = await createConsumerNode(
    {
      chain: chain.as(userWallet),
      authenticate,
      requestKeys: memoryRequestKeys(),
      spending: stores.emptyBooks(),
      keyUsage: stores.keyUsage,
      apiKeys,
      log: quietLog,
    },
    {
      payment: 'pool',
      sessionSeconds: 600n,
      maxStakeMor: 50n * MOR,
      maxPayMor: MOR / 10n,
      maxPricePerSecondMor: 10n * price,
      allowPrivateEndpoints: true,
      port: 0,
      timeouts,
      graceMs: 300,
    },
  );
  document = (await (await fetch(`${consumer.url}/openapi.json`)).json()) as ApiDocument;
}, 60_000);

afterAll(async () => {
  await consumer?.stop();
  await provider?.stop();
  await backend?.stop();
  await stores?.stop();
});

async function call(
  method: string,
  path: string,
  sent?: unknown,
  authorization = bearer,
  more: Readonly<Record<string, string>> = {},
) {
  const answer = await fetch(`${consumer.url}${path}`, {
    method,
    headers: { authorization, ...more, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  if (!path.startsWith('/v1')) requireDescribed(document, { method, url: path }, { status: answer.status, body });
  return { status: answer.status, body };
}
const codeIn = ({ status, body }: Awaited<ReturnType<typeof call>>) => [
  status,
  (body['error'] as { code: string }).code,
];
const open = async (path: string, order: object = {}) => {
  const { status, body } = await call('POST', path, { sessionDuration: 900, ...order });
  expect(body).not.toHaveProperty('error');
  expect(status).toBe(200);
  return body['sessionID'] as string;
};
const held = async () =>
  (await call('GET', '/yellowstone/sessions')).body['sessions'] as { sessionId: string; answers: number }[];
const prompt = () =>
  call('POST', '/v1/chat/completions', { model: 'tiny', messages: [{ role: 'user', content: 'hi' }] }, inferBearer);

describe("a consumer's node", () => {
  it('describes what docs/reference/openapi.json describes, but for what a provider serves and earns', async () => {
    const whole = JSON.parse(JSON.stringify(await describeApi())) as ApiDocument;
    const paths = Object.entries(whole.paths).filter(([path]) => !path.startsWith('/provider/'));
    expect(paths.length).toBeLessThan(Object.keys(whole.paths).length);
    expect(document).toEqual({ ...whole, paths: Object.fromEntries(paths) });
  });

  it('asks for a key on every route but the public ones, with the failure in the envelope of the path (31)', async () => {
    let asked = 0;
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const [method, { security }] of Object.entries(operations)) {
        const url = `${consumer.url}${path.replaceAll(/\{\w+\}/g, bid.bidId)}`;
        for (const authorization of [undefined, 'Bearer ysk_wrong', `Bearer ${'x'.repeat(5_000)}`]) {
          const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
          const answer = await fetch(url, { method: method.toUpperCase(), headers });
          const body: unknown = await answer.json();
          expect([method, path, answer.status]).toEqual([method, path, security.length === 0 ? 200 : 401]);
          if (answer.status === 401)
            expect(body).toHaveProperty(path.startsWith('/v1/') ? 'error.type' : 'error.details');
          asked += 1;
        }
        const isInference = path.startsWith('/v1/');
        if (security.length > 0 && !isInference) {
          const answer = await fetch(url, { method: method.toUpperCase(), headers: { authorization: inferBearer } });
          expect([method, path, answer.status]).toEqual([method, path, 403]);
        }
      }
    }
    expect(asked).toBeGreaterThan(120);
  });

  it('opens a session on a bid, uses it for prompts, and closes it', async () => {
    const sessionID = await open(`/blockchain/bids/${bid.bidId}/session`);
    expect((await held()).map(({ sessionId }) => sessionId)).toEqual([sessionID]);
    const { body } = await call('GET', `/blockchain/sessions/${sessionID}`);
    const { openedAt, endsAt } = body['session'] as { openedAt: string; endsAt: string };
    expect(BigInt(endsAt) - BigInt(openedAt)).toBe(900n);
    expect((await prompt()).status).toBe(200);
    expect(await held()).toMatchObject([{ sessionId: sessionID, answers: 1 }]);
    const closed = await call('POST', `/blockchain/sessions/${sessionID}/close`);
    expect(closed).toMatchObject({
      status: 200,
      body: { sessionID, verdict: 'pass', tx: expect.any(String) as string },
    });
    expect(chain.receipts).toHaveLength(1);
    expect(await held()).toEqual([]);
  });

  it.each(['bids', 'models'] as const)('opens one session on %s for a request that is sent again', async (kind) => {
    const path = `/blockchain/${kind}/${kind === 'bids' ? bid.bidId : bid.modelId}/session`;
    const key = { 'idempotency-key': `open on ${kind}`.replaceAll(' ', '-') };
    const before = chain.sent.filter((name) => name === 'openSession').length;
    const ask = (order: object) => call('POST', path, order, bearer, key);
    const together = await Promise.all([ask({ sessionDuration: 700 }), ask({ sessionDuration: 700 })]);
    const again = await ask({ sessionDuration: 700 });
    expect(new Set([...together, again].map(({ body }) => body['sessionID'])).size).toBe(1);
    expect(chain.sent.filter((name) => name === 'openSession')).toHaveLength(before + 1);
    expect(codeIn(await ask({ sessionDuration: 701 }))).toEqual([409, 'intent_differs']);
    const close = `/blockchain/sessions/${String(again.body['sessionID'])}/close`;
    const closed = await call('POST', close, { verdict: 'pass' }, bearer, { 'idempotency-key': `close-${kind}` });
    expect(closed.status).toBe(200);
    const other = await call('POST', close, { verdict: 'fail' }, bearer, { 'idempotency-key': `close-${kind}` });
    expect(codeIn(other)).toEqual([409, 'intent_differs']);
  });

  it('opens a session on a model, paid directly when asked to', async () => {
    const sessionID = await open(`/blockchain/models/${bid.modelId}/session`, { directPayment: true, failover: false });
    const { body } = await call('GET', `/blockchain/sessions/${sessionID}`);
    expect(body['session']).toMatchObject({ directPayment: true, bidID: bid.bidId });
    expect((await call('POST', `/yellowstone/sessions/${sessionID}/close`)).status).toBe(200);
  });

  it('closes a session that it does not hold straight on chain', async () => {
    const { sessionId } = chain.addSession(bid, user);
    const closed = await call('POST', `/blockchain/sessions/${sessionId}/close`, { verdict: 'fail' });
    expect(closed).toMatchObject({ status: 200, body: { verdict: 'fail' } });
  });

  it('keeps to the limits it was started with', async () => {
    const direct = { sessionDuration: 86_400, directPayment: true };
    const tooLong = await call('POST', `/blockchain/bids/${bid.bidId}/session`, direct);
    expect(codeIn(tooLong)).toEqual([402, 'pay_limit_exceeded']);
    const dear = chain.addBid({
      wallet: otherProviderWallet,
      endpoint: 'd.example:1',
      name: 'dear',
      priceMor: 11n * price,
    });
    const order = { sessionDuration: 600 };
    for (const path of [`bids/${dear.bidId}`, `models/${dear.modelId}`]) {
      expect(codeIn(await call('POST', `/blockchain/${path}/session`, order))).toEqual([402, 'price_limit_exceeded']);
    }
  });

  it('tells which bid or model there is not, and which cannot be used', async () => {
    const nothing = `0x${'ee'.repeat(32)}`;
    const order = { sessionDuration: 600 };
    const opening = async (path: string) => codeIn(await call('POST', `/blockchain/${path}/session`, order));
    expect(await opening(`bids/${nothing}`)).toEqual([404, 'bid_not_found']);
    expect(await opening(`models/${nothing}`)).toEqual([404, 'model_not_found']);
    const old = chain.addBid({ wallet: otherProviderWallet, endpoint: 'o.example:1', name: 'old', priceMor: price });
    chain.changeBid(old.bidId, { isActive: false });
    expect(await opening(`bids/${old.bidId}`)).toEqual([409, 'bid_not_active']);
    chain.changeBid(old.bidId, { unit: 'token' });
    expect(await opening(`bids/${old.bidId}`)).toEqual([409, 'bid_not_per_second']);
    expect(codeIn(await call('POST', `/blockchain/sessions/${nothing}/close`))).toEqual([404, 'CHAIN_SessionNotFound']);
  });
});

describe("a provider's node", () => {
  it('serves its operator on a port of its own, and nothing of that on the public one', async () => {
    expect(new URL(provider.apiUrl ?? '').hostname).toBe('127.0.0.1');
    const wallet = await fetch(`${provider.apiUrl}/wallet`, { headers: { authorization: bearer } });
    expect(await wallet.json()).toEqual({ address: addressOf(providerWallet) });
    expect((await fetch(`${provider.apiUrl}/wallet`)).status).toBe(401);
    for (const path of ['/wallet', '/blockchain/balance', '/swagger/index.html', '/openapi.json']) {
      expect((await fetch(`${provider.url}${path}`, { headers: { authorization: bearer } })).status).toBe(404);
    }
  });

  it('buys no sessions', async () => {
    const described = (await (await fetch(`${provider.apiUrl}/openapi.json`)).json()) as ApiDocument;
    const paths = Object.keys(described.paths);
    expect(paths).toContain('/blockchain/providers');
    expect(paths.filter((path) => path.startsWith('/v1') || path.endsWith('/session'))).toEqual([]);
  });

  it('has no such port when nobody can tell keys apart', async () => {
    const node = await createProviderNode(
      {
        chain: chain.as(otherProviderWallet),
        usedRequestIds: rememberedIds(),
        nodeKeyStore: rememberedKeys(),
        served: rememberedAnswers(),
        log: quietLog,
      },
      { models: [], port: 0, graceMs: 100 },
    );
    expect(node.apiUrl).toBeUndefined();
    await node.stop();
  });

  it('leaves no port open when one of the two is taken', async () => {
    const taken = Number(new URL(provider.url).port);
    const deps = {
      chain: chain.as(otherProviderWallet),
      usedRequestIds: rememberedIds(),
      nodeKeyStore: rememberedKeys(),
      served: rememberedAnswers(),
      log: quietLog,
    };
    const operator = { authenticate: async () => undefined, requestKeys: memoryRequestKeys() };
    await expect(
      createProviderNode({ ...deps, operator }, { models: [], port: taken, apiPort: 0, graceMs: 100 }),
    ).rejects.toThrow(/EADDRINUSE/);
    await expect(
      createProviderNode({ ...deps, operator }, { models: [], port: 0, apiPort: taken, graceMs: 100 }),
    ).rejects.toThrow(/EADDRINUSE/);
  });
});
