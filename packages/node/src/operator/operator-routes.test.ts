import type { Bid } from '@yellowstone/client';
import { chainError } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { addressOf, otherProviderWallet, providerWallet, userWallet } from '../testing/keys.js';
import { createTestApi, type TestApi } from '../testing/operator-api.js';
import { settled } from './settled.js';

const own = addressOf(providerWallet);
const other = addressOf(otherProviderWallet);
const unknown = `0x${'ee'.repeat(32)}`;
const HASH = /^0x[0-9a-f]{64}$/;
const tenth = MOR / 10n;

let chain: FakeChain;
let api: TestApi;
const open = {
  onModel: vi.fn(async () => `0x${'51'.repeat(32)}` as never),
  onBid: vi.fn(async () => `0x${'52'.repeat(32)}` as never),
};

beforeEach(async () => {
  vi.clearAllMocks();
  chain = createFakeChain();
  chain.give(own, 10n * MOR);
  api = await createTestApi({ chain, wallet: providerWallet, open });
});

afterEach(() => api.server.close());

const approve = () => api.call('POST', `/blockchain/approve?spender=${chain.domain.verifyingContract}&amount=${MOR}`);
const post = async (url: string, payload: unknown) => {
  const { status, body } = await api.call('POST', url, payload);
  expect(body).not.toHaveProperty('error');
  expect(status).toBe(200);
  return body as Record<string, string> & { provider?: object; model?: object; bid?: object };
};
const get = async (url: string) => (await api.call('GET', url)).body;
const someBid = (): Bid => chain.addBid({ wallet: otherProviderWallet, endpoint: 'other.example:3333', name: 'llama' });
const codeOf = async (...request: Parameters<TestApi['call']>) => {
  const { status, body } = await api.call(...request);
  return [status, (body as { error: { code: string } }).error.code];
};

describe("the provider's offer, as the operator's guide tells it", () => {
  it('approves 0.6 MOR, registers provider and model, and posts a bid', async () => {
    await api.call('POST', `/blockchain/approve?spender=${chain.domain.verifyingContract}&amount=600000000000000000`);
    const provider = { addStake: '200000000000000000', endpoint: 'mycoolmornode.domain.com:3333' };
    expect(await post('/blockchain/providers', provider)).toMatchObject({
      tx: expect.stringMatching(HASH) as string,
      provider: { address: own, stake: '200000000000000000', endpoint: provider.endpoint, isDeleted: false },
    });
    const model = {
      modelId: `0x${'e1'.repeat(32)}`,
      ipfsCID: `0x${'c2'.repeat(32)}`,
      fee: '0',
      addStake: '100000000000000000',
      owner: own,
      name: 'Llama 2.0',
      tags: ['llm', 'chat'],
    };
    const { modelID, ...registered } = await post('/blockchain/models', model);
    expect(modelID).toMatch(HASH);
    expect(modelID).not.toBe(model.modelId);
    expect(registered).toMatchObject({ model: { id: modelID, ipfsCID: model.ipfsCID, owner: own, tags: model.tags } });
    const { bidID, bid } = await post('/blockchain/bids', { modelID, pricePerSecond: '10000000000' });
    expect(bid).toMatchObject({ id: bidID, modelID, provider: own, pricePerSecond: '10000000000', isActive: true });
    expect(chain.balanceOf(own)).toBe(10n * MOR - (6n * MOR) / 10n);
    expect(await get('/blockchain/allowance')).toEqual({ allowance: '0' });
    expect(chain.sent).toEqual(['approveMor', 'registerProvider', 'registerModel', 'postModelBid']);
  });

  it('takes the other names that fields go by', async () => {
    await approve();
    await post('/blockchain/providers', { stake: `${tenth}`, endpoint: 'https://node.example/path' });
    const id = `0x${'0a'.repeat(32)}`;
    const first = await post('/blockchain/models', {
      id,
      ipfsID: id,
      fee: '1',
      stake: `${tenth}`,
      name: 'm',
      tags: [],
    });
    const second = await post('/blockchain/models', { modelId: id, ipfsCID: id, addStake: '0', name: 'm' });
    expect(first['modelID']).toBe(second['modelID']);
  });

  it('makes the id out of the name when none is given, as the command does', async () => {
    await approve();
    const one = await post('/blockchain/models', { addStake: `${tenth}`, name: 'same' });
    const two = await post('/blockchain/models', { addStake: '0', name: 'same' });
    expect(one['modelID']).toBe(two['modelID']);
  });
});

describe('what does not fit', () => {
  it.each([
    ['POST', '/blockchain/providers', { addStake: 200000000000000000, endpoint: 'a:1' }, 'addStake'],
    ['POST', '/blockchain/providers', { addStake: '2e17', endpoint: 'a:1' }, 'addStake'],
    ['POST', '/blockchain/providers', { addStake: '-1', endpoint: 'a:1' }, 'addStake'],
    ['POST', '/blockchain/providers', { addStake: `${2n ** 128n}`, endpoint: 'a:1' }, 'addStake'],
    ['POST', '/blockchain/providers', { endpoint: 'a:1' }, 'addStake'],
    ['POST', '/blockchain/providers', { addStake: '1', stake: '1', endpoint: 'a:1' }, 'stake'],
    ['POST', '/blockchain/providers', { addStake: '1', endpoint: 'http://a:1' }, 'endpoint'],
    ['POST', '/blockchain/providers', { addStake: '1', endpoint: 'a' }, 'endpoint'],
    ['POST', '/blockchain/models', { addStake: '1', name: 'm', fee: 0 }, 'fee'],
    ['POST', '/blockchain/models', { addStake: '1', name: '' }, 'name'],
    ['POST', '/blockchain/models', { addStake: '1', name: 'm', modelId: '0x12' }, 'modelId'],
    ['POST', '/blockchain/models', { addStake: '1', name: 'm', owner: `0x${'aB'.repeat(20)}` }, 'owner'],
    ['POST', '/blockchain/models', { addStake: '1', name: 'm', tags: [1] }, 'tags.0'],
    ['POST', '/blockchain/bids', { modelID: unknown, pricePerSecond: 1 }, 'pricePerSecond'],
    ['POST', '/blockchain/stakes', { purpose: 'fun', amount: '1' }, 'purpose'],
    ['POST', '/blockchain/stakes', { purpose: 'session', amount: 1 }, 'amount'],
    ['POST', '/blockchain/claims', { amount: 5 }, 'amount'],
    ['POST', `/blockchain/bids/${unknown}/session`, { sessionDuration: '299' }, 'sessionDuration'],
    ['POST', '/blockchain/approve?amount=1.5', undefined, 'amount'],
    ['GET', '/blockchain/models?limit=101', undefined, 'limit'],
    ['GET', '/blockchain/models?offset=-1', undefined, 'offset'],
    ['POST', '/blockchain/models', { name: 'half \ud83d' }, 'name'],
    ['POST', '/blockchain/models', { name: 'tiny', tags: ['whole', '\udca5 half'] }, 'tags'],
  ] as const)('%s %s %j is refused, naming %s', async (method, url, payload, field) => {
    const { status, body } = await api.call(method, url, payload);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'request_invalid', details: { param: field } } });
    expect(chain.sent).toEqual([]);
  });

  it('refuses fields that nobody knows, and names what is missing', async () => {
    const misspelt = await api.call('POST', '/blockchain/bids', { modelID: unknown, pricePerSecond: '1', price: '1' });
    expect(misspelt.status).toBe(400);
    const missing = await api.call('POST', '/blockchain/approve');
    expect(JSON.stringify(missing.body)).toContain('amount');
  });

  it('lets nobody but the diamond spend', async () => {
    expect(await codeOf('POST', `/blockchain/approve?spender=${other}&amount=1`)).toEqual([400, 'spender_not_allowed']);
    expect(await codeOf('GET', `/blockchain/allowance?spender=${other}`)).toEqual([400, 'spender_not_allowed']);
  });
});

describe('transactions', () => {
  it('approves with the documented command, which sends an empty form', async () => {
    const url = `/blockchain/approve?spender=${chain.domain.verifyingContract}&amount=3`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await api.server.inject({ method: 'POST', url, headers, payload: '' });
    expect(answer.json()).toMatchObject({ allowance: '3', tx: expect.stringMatching(HASH) as string });
    const filled = await api.server.inject({ method: 'POST', url, headers, payload: 'amount=9' });
    expect(filled.statusCode).toBe(415);
  });

  it('tells wallet, balances and allowance', async () => {
    expect(await get('/wallet')).toEqual({ address: own });
    expect(await get('/blockchain/balance')).toEqual({ mor: `${10n * MOR}`, eth: `${10n ** 18n}` });
    expect(await get('/blockchain/allowance')).toEqual({ allowance: '0' });
  });

  it('answers 504 with the hash when a transaction is in no block in time', async () => {
    const hash = `0x${'ab'.repeat(32)}`;
    const timeout = chainError('CHAIN_TIMEOUT', { doing: 'approveMor', hash });
    const slow = { ...chain.as(providerWallet) };
    const approveMor = async () => ({ hash, wait: () => Promise.reject(timeout) });
    const as = () => ({ ...slow, writes: { ...slow.writes, approveMor } });
    const stuck = await createTestApi({ chain: { ...chain, as }, wallet: providerWallet });
    const { status, body } = await stuck.call('POST', '/blockchain/approve?amount=1');
    expect(status).toBe(504);
    expect(body).toMatchObject({ error: { code: 'transaction_pending', details: { tx: hash } } });
    await stuck.server.close();
  });

  it('bounds the waiting', async () => {
    const wait = vi.fn(async () => ({ amountMor: 1n, gasUsed: 1n, blockNumber: 1n }));
    expect(await settled({ hash: '0x1', wait }, { timeoutMs: 5 })).toMatchObject({ tx: '0x1' });
    expect(wait).toHaveBeenCalledWith({ timeoutMs: 5 });
  });

  it.each([
    ['NO_GAS_MONEY', 402],
    ['UNREACHABLE', 503],
    ['OperationPaused', 503],
    ['ProviderHasActiveBids', 409],
  ])('answers the refusal %s with %i and its own code', async (code, status) => {
    chain.fail('approveMor', { code, when: 'sending' });
    expect(await codeOf('POST', '/blockchain/approve?amount=1')).toEqual([status, `CHAIN_${code}`]);
  });
});

describe('providers', () => {
  it('lists pages, one, and says when there is none', async () => {
    someBid();
    expect(await get('/blockchain/providers?limit=1')).toMatchObject({ providers: [{ address: other }], total: 1 });
    expect(await get('/blockchain/providers?offset=1')).toEqual({ providers: [], total: 1 });
    expect(await get(`/blockchain/providers/${other}`)).toMatchObject({ provider: { address: other } });
    expect(await codeOf('GET', `/blockchain/providers/${own}`)).toEqual([404, 'provider_not_found']);
  });

  it('leaves with the stake; another one it cannot take off', async () => {
    await approve();
    await post('/blockchain/providers', { addStake: `${tenth}`, endpoint: 'a.example:1' });
    expect((await api.call('DELETE', `/blockchain/providers/${own}`)).body).toMatchObject({
      returned: `${tenth}`,
      kept: '0',
    });
    someBid();
    const refused = [403, 'CHAIN_InsufficientRightsForOperation'];
    expect(await codeOf('DELETE', `/blockchain/providers/${other}`)).toEqual(refused);
  });

  it('answers with what it knows when the RPC endpoint lags behind', async () => {
    const lagging = chain.as(providerWallet);
    const reads = {
      ...lagging.reads,
      provider: async () => undefined,
      bid: async () => undefined,
      model: async () => undefined,
    };
    const slow = await createTestApi({
      chain: { ...chain, as: () => ({ ...lagging, reads }) },
      wallet: providerWallet,
    });
    await slow.call('POST', `/blockchain/approve?amount=${MOR}`);
    const provider = await slow.call('POST', '/blockchain/providers', { addStake: '7', endpoint: 'a.example:1' });
    expect(provider.body).toMatchObject({ provider: { address: own, stake: '7', createdAt: '0' } });
    const model = await slow.call('POST', '/blockchain/models', { addStake: '8', name: 'm' });
    expect(model.body).toMatchObject({ model: { stake: '8', name: 'm' } });
    const { modelID } = model.body as { modelID: string };
    const bid = await slow.call('POST', '/blockchain/bids', { modelID, pricePerSecond: '9' });
    expect(bid.body).toMatchObject({ bid: { modelID, pricePerSecond: '9', provider: own } });
    await slow.server.close();
  });
});

describe('models', () => {
  it('lists pages, one, and says when there is none', async () => {
    const { modelId } = someBid();
    expect(await get('/blockchain/models')).toMatchObject({ models: [{ id: modelId, name: 'llama' }], total: 1 });
    expect(await get(`/blockchain/models/${modelId}`)).toMatchObject({ model: { id: modelId, isDeleted: false } });
    expect(await codeOf('GET', `/blockchain/models/${unknown}`)).toEqual([404, 'model_not_found']);
  });

  it('takes a model off and its stake back', async () => {
    await approve();
    const { modelID } = await post('/blockchain/models', { addStake: `${tenth}`, name: 'm' });
    expect((await api.call('DELETE', `/blockchain/models/${modelID}`)).body).toMatchObject({ returned: `${tenth}` });
  });
});

describe('bids', () => {
  it('lists those of a model and of a provider, and one', async () => {
    const { bidId, modelId } = someBid();
    const bids = [{ id: bidId, modelID: modelId, modelAgentId: modelId, provider: other }];
    for (const end of ['', '/active']) {
      expect(await get(`/blockchain/models/${modelId}/bids${end}`)).toMatchObject({ bids, total: 1 });
      expect(await get(`/blockchain/providers/${other}/bids${end}`)).toMatchObject({ bids });
    }
    expect(await get(`/blockchain/bids/${bidId}`)).toMatchObject({ bid: bids[0] });
    expect(await codeOf('GET', `/blockchain/bids/${unknown}`)).toEqual([404, 'bid_not_found']);
    chain.changeBid(bidId, { isActive: false });
    expect(await get(`/blockchain/providers/${other}/bids/active`)).toEqual({ bids: [] });
    chain.changeBid(bidId, { unit: 'token' });
    expect(await get(`/blockchain/providers/${other}/bids`)).toEqual({ bids: [] });
    expect(await codeOf('GET', `/blockchain/bids/${bidId}`)).toEqual([409, 'bid_not_per_second']);
  });

  it('reprices to a new id and withdraws', async () => {
    const { bidId } = someBid();
    const { bidID } = await post(`/blockchain/bids/${bidId}/reprice`, { pricePerSecond: '11' });
    expect(bidID).not.toBe(bidId);
    expect(await codeOf('POST', `/blockchain/bids/${bidId}/reprice`, { pricePerSecond: '1' })).toEqual([
      404,
      'bid_not_found',
    ]);
    expect((await api.call('DELETE', `/blockchain/bids/${bidID}`)).body).toMatchObject({ bidID });
    expect(await codeOf('DELETE', `/blockchain/bids/${bidID}`)).toEqual([409, 'CHAIN_MarketplaceActiveBidNotFound']);
  });
});

describe('sessions', () => {
  it('quotes what opening would cost', async () => {
    const { bidId } = someBid();
    const quote = await post('/blockchain/sessions/quote', { bidID: bidId, sessionDuration: 600 });
    expect(quote).toMatchObject({ bidID: bidId, cost: `${600n * 10n ** 14n}`, missingStake: `${6_000n * 10n ** 14n}` });
    const direct = { bidID: bidId, sessionDuration: '600', directPayment: true };
    expect(await post('/blockchain/sessions/quote', direct)).toMatchObject({ missingStake: '0' });
    const none = { bidID: unknown, sessionDuration: 600 };
    expect(await codeOf('POST', '/blockchain/sessions/quote', none)).toEqual([404, 'bid_not_found']);
    expect(await get('/blockchain/sessions/budget')).toEqual({ budget: `${10n * MOR}` });
  });

  it('opens on a model or on a bid', async () => {
    const { bidId, modelId } = someBid();
    const byModel = await post(`/blockchain/models/${modelId}/session`, { sessionDuration: 600, failover: false });
    expect(byModel).toEqual({ sessionID: `0x${'51'.repeat(32)}` });
    const order = { durationSeconds: 600n, payment: undefined, idempotencyKey: undefined };
    expect(open.onModel).toHaveBeenCalledWith(modelId, { ...order, failover: false });
    await post(`/blockchain/bids/${bidId}/session`, { sessionDuration: '600', directPayment: true });
    expect(open.onBid).toHaveBeenCalledWith(bidId, { ...order, payment: 'direct' });
  });

  it('lists, shows and closes', async () => {
    const { sessionId: session } = chain.addSession(someBid(), addressOf(userWallet));
    const mine = { id: session, user: addressOf(userWallet), provider: other, isClosed: false, closedAt: '0' };
    expect(await get(`/blockchain/sessions/user?user=${addressOf(userWallet)}&limit=5`)).toMatchObject({
      sessions: [mine],
      total: 1,
    });
    expect(await get(`/blockchain/sessions/provider?provider=${other}`)).toMatchObject({ sessions: [mine] });
    expect(await get('/blockchain/sessions/user')).toEqual({ sessions: [], total: 0 });
    expect(await get(`/blockchain/sessions/${session}`)).toMatchObject({ session: mine });
    expect(await codeOf('GET', `/blockchain/sessions/${unknown}`)).toEqual([404, 'session_not_found']);
    const closed = await post(`/blockchain/sessions/${session}/close`, { verdict: 'pass' });
    expect(closed).toMatchObject({ sessionID: session, verdict: 'pass', tx: expect.stringMatching(HASH) as string });
    expect(await codeOf('POST', `/blockchain/sessions/${session}/close`)).toEqual([409, 'CHAIN_SessionAlreadyClosed']);
    expect(await codeOf('POST', `/blockchain/sessions/${unknown}/close`)).toEqual([404, 'CHAIN_SessionNotFound']);
  });
});

describe('stakes and claims', () => {
  it('stakes, unstakes and shows', async () => {
    await approve();
    expect(await post('/blockchain/stakes', { purpose: 'session', amount: `${tenth}` })).toMatchObject({
      active: `${tenth}`,
    });
    const unstaked = await post('/blockchain/stakes/unstake', { purpose: 'session', amount: '5' });
    expect(unstaked).toMatchObject({
      active: `${tenth - 5n}`,
      withdrawableAt: expect.stringMatching(/^\d+$/) as string,
    });
    expect(await get('/blockchain/stakes')).toMatchObject({
      stakes: [{ purpose: 'session', active: `${tenth - 5n}` }, { purpose: 'access' }],
      due: '0',
      pending: [{ amount: '5' }],
    });
    expect(await codeOf('POST', '/blockchain/stakes/withdraw')).toEqual([409, 'CHAIN_NothingDue']);
  });

  it('claims what has vested, all or a part', async () => {
    chain.credit(own, 9n);
    expect(await get('/blockchain/claims')).toEqual({ vested: '9', unvested: '0', direct: '0' });
    expect(await post('/blockchain/claims', { amount: '4' })).toMatchObject({ paid: '4', left: '5' });
    expect((await api.call('POST', '/blockchain/claims')).body).toMatchObject({ paid: '5', left: '0' });
    expect(await codeOf('POST', '/blockchain/claims')).toEqual([409, 'CHAIN_NothingVested']);
    expect(await codeOf('POST', '/blockchain/claims/direct')).toEqual([409, 'CHAIN_NothingOwed']);
  });
});

describe('the node itself', () => {
  it.each(['/healthz', '/healthcheck'])('%s says that it is alive', async (path) => {
    expect(await get(path)).toMatchObject({ status: 'healthy', uptimeSeconds: 0 });
  });

  it('answers unknown routes and wrong methods with a typed 404', async () => {
    expect(await codeOf('GET', '/blockchain/nothing')).toEqual([404, 'route_not_found']);
    expect(await codeOf('DELETE', '/wallet')).toEqual([404, 'route_not_found']);
  });

  it('opens no sessions where there is nothing to use them with', async () => {
    const bare = await createTestApi({ chain, wallet: providerWallet });
    expect((await bare.call('POST', `/blockchain/bids/${unknown}/session`, { sessionDuration: 600 })).status).toBe(404);
    await bare.server.close();
  });
});
