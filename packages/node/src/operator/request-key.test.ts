import { MOR } from '@yellowstone/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { addressOf, providerWallet } from '../testing/keys.js';
import { createTestApi, type TestApi } from '../testing/operator-api.js';

let chain: FakeChain;
let api: TestApi;

beforeEach(async () => {
  chain = createFakeChain();
  chain.give(addressOf(providerWallet), 10n * MOR);
  api = await createTestApi({ chain, wallet: providerWallet });
  await approve();
});

afterEach(() => api.server.close());

const approve = () => api.call('POST', `/blockchain/approve?amount=${5n * MOR}`);
const stake = (body: object, key?: string, url = '/blockchain/stakes') =>
  api.call('POST', url, body, key === undefined ? {} : { 'idempotency-key': key });
const one = { purpose: 'session', amount: '1' };
const codeOf = ({ status, body }: Awaited<ReturnType<typeof stake>>) => [
  status,
  (body as { error: { code: string } }).error.code,
];
const staked = () => chain.sent.filter((name) => name === 'stake').length;

describe('a request with an idempotency key', () => {
  it('is done once and answered alike, however often it is sent', async () => {
    const [first, second] = await Promise.all([stake(one, 'k'), stake(one, 'k')]);
    expect(first).toMatchObject({ status: 200, body: { active: '1' } });
    expect(second).toEqual(first);
    expect(await stake({ amount: '1', purpose: 'session' }, 'k')).toEqual(first);
    expect(staked()).toBe(1);
  });

  it('is done again under another key, or without one', async () => {
    await stake(one, 'k');
    await stake(one, 'l');
    await stake(one);
    expect(await stake(one)).toMatchObject({ body: { active: '4' } });
  });

  it('is refused when the key stands for another request: other fields, another path, another method', async () => {
    await stake(one, 'k');
    expect(codeOf(await stake({ ...one, amount: '2' }, 'k'))).toEqual([409, 'intent_differs']);
    expect(codeOf(await stake(one, 'k', '/blockchain/stakes/unstake'))).toEqual([409, 'intent_differs']);
    const approval = await api.call('POST', '/blockchain/approve?amount=1', undefined, { 'idempotency-key': 'k' });
    expect(codeOf(approval)).toEqual([409, 'intent_differs']);
    const id = `0x${'11'.repeat(32)}`;
    const removal = await api.call('DELETE', `/blockchain/bids/${id}`, undefined, { 'idempotency-key': 'k' });
    expect(codeOf(removal)).toEqual([409, 'intent_differs']);
    expect(staked()).toBe(1);
  });

  it('gets its result after a 504: the transaction is waited for, not sent again', async () => {
    chain.delay('stake');
    const late = await stake(one, 'k');
    expect(codeOf(late)).toEqual([504, 'transaction_pending']);
    const { tx } = (late.body as { error: { details: { tx: string } } }).error.details;
    expect(await stake(one, 'k')).toEqual({ status: 200, body: { tx, active: '1' } });
    expect(staked()).toBe(1);
  });

  it('is tried again when the chain refused it', async () => {
    chain.fail('stake', { code: 'OperationPaused', when: 'waiting' });
    expect(codeOf(await stake(one, 'k'))).toEqual([503, 'CHAIN_OperationPaused']);
    expect(await stake(one, 'k')).toMatchObject({ status: 200, body: { active: '1' } });
  });

  it('does not take the key when it is malformed', async () => {
    expect(codeOf(await stake({ ...one, amount: `${2n ** 128n}` }, 'k'))).toEqual([400, 'request_invalid']);
    expect((await stake(one, 'k')).status).toBe(200);
  });

  it.each(['', 'two words', 'x'.repeat(201), 'tab\there'])('is refused with the key %j', async (key) => {
    expect(codeOf(await stake(one, key))).toEqual([400, 'request_invalid']);
    expect(staked()).toBe(0);
  });
});

describe('the document', () => {
  it('names the header on every request that writes to the chain, and on no other', () => {
    for (const [path, operations] of Object.entries(api.document.paths)) {
      for (const [method, { parameters = [] }] of Object.entries(operations)) {
        const writes = method !== 'get' && path !== '/blockchain/sessions/quote' && !path.startsWith('/api-keys');
        const header = parameters.find(({ in: where }) => where === 'header');
        expect([method, path, header?.name]).toEqual([method, path, writes ? 'idempotency-key' : undefined]);
      }
    }
  });
});
