import { keccak256, type JsonRpcPayload } from 'ethers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeRpc, TROUBLES, type FakeRpc } from '../../testing/fake-rpc.js';
import { createManualTiming, type ManualTiming } from '../../testing/manual-timing.js';
import { parseRpcUrls } from './rpc-address.js';
import type { RpcEvent } from './rpc-health.js';
import { createRpcPool, type RpcPool, type RpcPoolOptions } from './rpc-pool.js';

const TIMEOUT = 1_000;
const LOOK = 10_000;
const RAW = '0x1234';

let first: FakeRpc;
let second: FakeRpc;
let timing: ManualTiming;
let pool: RpcPool;
let events: RpcEvent[];

const call = (method: string, params: unknown[] = []): JsonRpcPayload => ({ jsonrpc: '2.0', id: 7, method, params });
const ask = (method: string, params?: unknown[]): Promise<unknown> => pool.send(call(method, params));
/** Requests besides those that look at chain and head. */
const asked = ({ requests }: FakeRpc): string[] =>
  requests.flat().filter((method) => method.startsWith('test_') || method.includes('Raw'));
const stateOf = ({ host }: FakeRpc) => pool.health().endpoints.find((one) => one.host === host);
const kinds = (): string[] =>
  events.map(({ kind, ...more }) => `${kind} ${'host' in more && more.host === first.host ? 'first' : 'second'}`);

function open(options: Partial<RpcPoolOptions> = {}, rpcs = [first, second]): RpcPool {
  const report = (event: RpcEvent): void => void events.push(event);
  const settings = { requestTimeoutMs: TIMEOUT, lookEveryMs: LOOK, timing, report, maxLagBlocks: 5, ...options };
  return (pool = createRpcPool(parseRpcUrls(rpcs.map(({ url }) => url)), settings));
}

beforeEach(async () => {
  [first, second] = await Promise.all([startFakeRpc(), startFakeRpc()]);
  timing = createManualTiming();
  events = [];
  for (const [name, rpc] of Object.entries({ first, second })) {
    rpc.onSilence = () => timing.expire();
    rpc.answers.set('test_who', () => name);
  }
});
afterEach(async () => {
  pool.close();
  await Promise.all([first.stop(), second.stop()]);
});

const FIRST = [{ id: 7, result: 'first' }];
const SECOND = [{ id: 7, result: 'second' }];

describe('reading', () => {
  it('goes to the preferred endpoint', async () => {
    expect(await open().start()).toBe(1_337n);
    expect(await ask('test_who')).toEqual(FIRST);
    expect(asked(second)).toEqual([]);
    expect(pool.health()).toMatchObject({
      isReady: true,
      endpoints: [{ state: 'ready', head: 100n }, { state: 'ready' }],
    });
  });

  it.each(TROUBLES)('goes to the next one when the preferred one is %s, and comes back', async (mood) => {
    await open().start();
    first.mood = mood;
    expect(await ask('test_who')).toEqual(SECOND);
    expect(stateOf(first)).toMatchObject({ state: 'resting', failures: 1 });
    const before = first.requests.length;
    expect(await ask('test_who')).toEqual(SECOND);
    expect(first.requests).toHaveLength(before);
    first.mood = 'well';
    timing.advance(1_000);
    await pool.look();
    expect(await ask('test_who')).toEqual(FIRST);
    expect(stateOf(first)).toMatchObject({ state: 'ready', failures: 0 });
    expect(kinds()).toEqual(['failed first', 'recovered first']);
    expect(timing.waits).toEqual([]);
  });

  it('goes on when an endpoint is gone altogether', async () => {
    await open().start();
    await first.stop();
    expect(await ask('test_who')).toEqual(SECOND);
    expect(stateOf(first)).toMatchObject({ state: 'resting', reason: expect.stringMatching(/^ECONN/) as string });
  });

  it('asks another one about a block that the preferred one has not, and believes both', async () => {
    await open().start();
    const behind = (): never => {
      throw new Error('header not found');
    };
    first.answers.set('test_who', behind);
    expect(await ask('test_who')).toEqual(SECOND);
    second.answers.set('test_who', behind);
    expect(await ask('test_who')).toMatchObject([{ error: { message: 'header not found' } }]);
    expect(stateOf(first)).toMatchObject({ state: 'ready' });
  });

  it('sends calls of one moment in one request', async () => {
    await open().start();
    const calls = [1, 2, 3].map((id) => ({ ...call('test_who'), id }));
    expect(await pool.send(calls)).toEqual(calls.map(({ id }) => ({ id, result: 'first' })));
    expect(first.requests.at(-1)).toEqual(['test_who', 'test_who', 'test_who']);
  });
});

describe('waiting (scenario 46)', () => {
  it('honours Retry-After', async () => {
    await open({ patienceMs: 15_000 }, [first]).start();
    Object.assign(first, { mood: 'busy', retryAfter: '2' });
    timing.duringWait(() => (first.mood = 'well'));
    expect(await ask('test_who')).toEqual(FIRST);
    expect(timing.waits).toEqual([2_000]);
  });

  it('gives up at once when it would be too long, and names hosts only', async () => {
    await open({}, [first]).start();
    Object.assign(first, { mood: 'busy', retryAfter: '60' });
    const failure = await ask('test_who').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'CHAIN_UNREACHABLE',
      args: { reason: `${first.host}: HTTP 429, too many requests, asked again in 60 s` },
    });
    expect(`${JSON.stringify(failure)} ${String(failure)} ${JSON.stringify(events)}`).not.toContain('secret');
    await expect(ask('test_who')).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(asked(first)).toHaveLength(1);
    expect(timing.waits).toEqual([]);
  });

  it('rests longer and longer, up to a bound', async () => {
    await open({ patienceMs: 0 }, [first]).start();
    first.mood = 'broken';
    const rests: number[] = [];
    for (let failures = 1; failures <= 9; failures += 1) {
      const before = first.requests.length;
      await ask('test_who').catch(() => undefined);
      expect(first.requests).toHaveLength(before + 1);
      const since = timing.now();
      while (stateOf(first)?.state === 'resting') timing.advance(50);
      rests.push(timing.now() - since);
    }
    expect(rests).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it('counts what failed at the same time once', async () => {
    await open({ patienceMs: 0 }, [first]).start();
    first.mood = 'cut';
    await Promise.allSettled(Array.from({ length: 20 }, () => ask('test_who')));
    expect(stateOf(first)).toMatchObject({ failures: 1 });
  });

  it('probes once for all who wait, and lets them through when it is well', async () => {
    await open({ patienceMs: 60_000 }, [first]).start();
    first.mood = 'broken';
    let before = 0;
    timing.duringWait(() => {
      before = first.requests.length;
      first.mood = 'well';
    });
    const all = await Promise.all(Array.from({ length: 20 }, () => ask('test_who')));
    expect(all).toEqual(Array.from({ length: 20 }, () => FIRST));
    const checks = first.requests.slice(before).filter(([method]) => method === 'eth_chainId');
    expect(checks).toHaveLength(1);
  });

  it('says that nobody answered in time when nobody did', async () => {
    await open().start();
    first.mood = 'silent';
    second.mood = 'silent';
    await expect(ask('test_who')).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
  });

  it('ends with the pool', async () => {
    await open().start();
    first.mood = 'silent';
    first.onSilence = () => pool.close();
    await expect(ask('test_who')).rejects.toMatchObject({ code: 'CHAIN_ABORTED' });
    await expect(ask('test_who')).rejects.toMatchObject({ code: 'CHAIN_ABORTED' });
  });
});

describe('a start (scenario 46)', () => {
  it.each(TROUBLES)('uses the next endpoint when the preferred one is %s', async (mood) => {
    first.mood = mood;
    expect(await open({ expectedChainId: 1_337n }).start()).toBe(1_337n);
    expect(await ask('test_who')).toEqual(SECOND);
  });

  it('outlasts a 429 of the only endpoint', async () => {
    Object.assign(first, { mood: 'busy', retryAfter: '1' });
    timing.duringWait(() => (first.mood = 'well'));
    expect(await open({ patienceMs: 15_000 }, [first]).start()).toBe(1_337n);
    expect(timing.waits).toEqual([1_000]);
  });
});

describe('an endpoint of another chain (scenario 46)', () => {
  it('is never asked again, and health says why', async () => {
    first.chainId = 1;
    await open({ expectedChainId: 1_337n }).start();
    expect(await ask('test_who')).toEqual(SECOND);
    const before = first.requests.length;
    timing.advance(LOOK);
    await pool.look();
    expect(first.requests).toHaveLength(before);
    expect(stateOf(first)).toMatchObject({ state: 'excluded', reason: 'it serves chain 1 instead of 1337' });
    expect(kinds()).toEqual(['excluded first']);
    second.mood = 'cut';
    await expect(ask('test_who')).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(first.requests).toHaveLength(before);
  });

  it('is the one that disagrees with the most preferred one when nobody said which', async () => {
    second.chainId = 1;
    expect(await open().start()).toBe(1_337n);
    expect(stateOf(second)).toMatchObject({ state: 'excluded' });
  });

  it('is found out when it comes back from a failure', async () => {
    await open().start();
    first.mood = 'cut';
    await ask('test_who');
    Object.assign(first, { mood: 'well', chainId: 5 });
    timing.advance(1_000);
    await ask('test_who');
    await expect.poll(() => stateOf(first)?.state).toBe('excluded');
    expect(asked(first)).toHaveLength(2); // the second time because of a connection that was cut
  });

  it('fails the start when there is no other', async () => {
    const starting = open({ expectedChainId: 42_161n }, [first]).start();
    await expect(starting).rejects.toMatchObject({
      code: 'CHAIN_WRONG_CHAIN',
      args: { chainId: 1_337n, expectedChainId: 42_161n },
    });
    expect(timing.waits).toEqual([]);
  });
});

describe('an endpoint that is behind (scenario 46)', () => {
  it('is not read while it is, and is again when it has caught up', async () => {
    second.head = 120;
    await open().start();
    await expect.poll(() => stateOf(first)).toMatchObject({ state: 'behind', reason: '20 blocks behind the others' });
    expect(await ask('test_who')).toEqual(SECOND);
    second.mood = 'cut';
    await expect(ask('test_who')).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(asked(first)).toEqual([]);
    Object.assign(second, { mood: 'well' });
    first.head = 120;
    timing.advance(LOOK);
    await pool.look();
    expect(await ask('test_who')).toEqual(FIRST);
    expect(kinds().filter((kind) => kind.endsWith('first'))).toEqual(['behind first', 'caught up first']);
  });

  it('is found out while it is used', async () => {
    await open().start();
    await expect.poll(() => second.requests.length).toBeGreaterThan(0);
    second.head = 200;
    timing.advance(LOOK);
    await ask('test_who');
    await expect.poll(() => stateOf(first)?.state).toBe('behind');
    expect(await ask('test_who')).toEqual(SECOND);
  });

  it('is read when it is behind by little', async () => {
    second.head = 105;
    await open().start();
    expect(await ask('test_who')).toEqual(FIRST);
  });

  it('does not take back what was read before', async () => {
    first.head = 102;
    await open().start();
    await ask('eth_blockNumber');
    first.mood = 'cut';
    timing.duringWait(() => {
      expect(asked(second)).toEqual([]);
      second.head = 102;
    });
    expect(await ask('test_who')).toEqual(SECOND);
    expect(timing.waits).toHaveLength(1);
  });

  it('is believed when it stays there and nobody else is left', async () => {
    first.head = 102;
    await open().start();
    await ask('eth_blockNumber');
    first.mood = 'cut';
    expect(await ask('test_who')).toEqual(SECOND);
    expect(timing.waits).toHaveLength(2);
    expect(await ask('test_who')).toEqual(SECOND);
    expect(timing.waits).toHaveLength(2);
  });
});

describe('a receipt that the preferred endpoint has not (scenario 46)', () => {
  const receipt = { blockNumber: '0x6e' };

  it('is taken from another one, and reads follow there', async () => {
    await open().start();
    await expect.poll(() => stateOf(second)?.state).toBe('ready');
    first.answers.set('eth_getTransactionReceipt', () => null);
    second.answers.set('eth_getTransactionReceipt', () => receipt);
    second.head = 110;
    expect(await ask('eth_getTransactionReceipt', ['0x1'])).toEqual([{ id: 7, result: receipt }]);
    // The first one has not reached that block.
    expect(await ask('test_who')).toEqual(SECOND);
    first.head = 110;
    expect(await ask('test_who')).toEqual(FIRST);
  });

  it('is missing when nobody has it', async () => {
    await open().start();
    await expect.poll(() => stateOf(second)?.state).toBe('ready');
    for (const rpc of [first, second]) rpc.answers.set('eth_getTransactionReceipt', () => null);
    expect(await ask('eth_getTransactionReceipt', ['0x1'])).toEqual([{ id: 7, result: null }]);
    expect(second.requests.flat()).toContain('eth_getTransactionReceipt');
  });
});

describe('a signed transaction', () => {
  const hash = keccak256(RAW);
  const accepted = [{ id: 7, result: hash }];
  const send = (): Promise<unknown> => ask('eth_sendRawTransaction', [RAW]);
  const answering = (rpc: FakeRpc, message?: string): void =>
    void rpc.answers.set('eth_sendRawTransaction', () => {
      if (message === undefined) return hash;
      throw new Error(message);
    });

  beforeEach(async () => {
    answering(first);
    answering(second);
    await open().start();
    await expect.poll(() => stateOf(second)?.state).toBe('ready');
  });

  it('goes to all endpoints', async () => {
    expect(await send()).toEqual(accepted);
    await expect.poll(() => asked(second)).toEqual(['eth_sendRawTransaction']);
    expect(asked(first)).toEqual(['eth_sendRawTransaction']);
  });

  it.each([...TROUBLES, 'deaf'] as const)('is sent when the preferred endpoint is %s', async (mood) => {
    first.mood = mood;
    expect(await send()).toEqual(accepted);
  });

  it.each([
    ['nonce too low', undefined],
    ['insufficient funds', undefined],
    ['already known', 'nonce too low'],
    ['nonce too low', 'already known'],
  ])('is accepted when one says %s and the other %s', async (one, other) => {
    answering(first, one);
    answering(second, other);
    expect(await send()).toEqual(accepted);
  });

  it('is refused when all refuse it', async () => {
    answering(first, 'nonce too low');
    answering(second, 'insufficient funds');
    expect(await send()).toMatchObject([{ error: { message: 'nonce too low' } }]);
  });

  it.each(['deaf', 'broken', 'half'] as const)('may have been sent when one refuses it and one is %s', async (mood) => {
    answering(first, 'nonce too low');
    second.mood = mood;
    const failure = { code: 'CHAIN_UNREACHABLE', message: expect.stringContaining('may have been sent') as string };
    await expect(send()).rejects.toMatchObject(failure);
  });

  it('is refused when one refuses it and one turns everybody away', async () => {
    answering(first, 'nonce too low');
    second.mood = 'busy';
    expect(await send()).toMatchObject([{ error: { message: 'nonce too low' } }]);
  });

  it('is tried again while nobody can be asked', async () => {
    first.mood = 'busy';
    second.mood = 'busy';
    timing.duringWait(() => (second.mood = 'well'));
    expect(await send()).toEqual(accepted);
    expect(timing.waits).toHaveLength(1);
  });

  it('goes to an endpoint that is behind, but to none of another chain', async () => {
    second.head = 10;
    await pool.look();
    expect(stateOf(second)).toMatchObject({ state: 'behind' });
    first.mood = 'busy';
    expect(await send()).toEqual(accepted);
    Object.assign(second, { mood: 'cut' });
    await send().catch(() => undefined);
    const before = asked(second).length;
    Object.assign(second, { mood: 'well', chainId: 1 });
    timing.advance(20_000);
    await expect(send()).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(asked(second)).toHaveLength(before);
  });
});

describe('addresses', () => {
  it('are told apart on one host, and used once each', () => {
    const urls = ['https://a.example/1', 'https://a.example/2', 'https://a.example/1', 'http://b.example:8545'];
    expect(parseRpcUrls(urls).map(({ host }) => host)).toEqual(['a.example', 'a.example #2', 'b.example:8545']);
  });

  it('give user and password to the endpoint only', () => {
    expect(parseRpcUrls(['https://me:p%40ss@a.example/x'])).toEqual([
      { host: 'a.example', url: 'https://a.example/x', headers: { authorization: `Basic ${btoa('me:p@ss')}` } },
    ]);
  });

  it.each(['ftp://a.example/secret', 'secret', ''])('must be HTTP(S) or WS(S): %s', (url) => {
    expect(() => parseRpcUrls([url])).toThrow(/CHAIN|http/);
    expect(() => parseRpcUrls([url])).not.toThrow(/secret/);
    expect(() => parseRpcUrls([])).toThrow(/rpcUrls/);
  });
});
