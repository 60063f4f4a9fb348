import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { providerWallet } from '../../testing/keys.js';
import { createTestApi } from '../../testing/operator-api.js';
import { createReadiness, type ReadyParts } from './readiness.js';

const NOW = 1_800_000_000;
let headAt: number;
let monotonic: number;
let asked: number;

beforeEach(() => {
  [headAt, monotonic, asked] = [NOW - 1, 0, 0];
});
afterEach(() => void vi.useRealTimers());

function readinessOf(parts: ReadyParts, chainId = 42_161n) {
  const now = async (): Promise<bigint> => {
    asked += 1;
    return BigInt(headAt);
  };
  const clock = { now: () => NOW * 1_000, monotonic: () => monotonic };
  return createReadiness({ chain: { domain: { chainId }, reads: { now } }, clock, ...parts }, { partTimeoutMs: 50 });
}
const up = { ping: async () => undefined };
const down = { ping: async () => Promise.reject(new Error('gone')) };
const well = { isHealthy: () => true };
const ill = { isHealthy: () => false };
const modelsOf = (...backends: { isHealthy(): boolean }[]) => new Map(backends.map((backend, at) => [at, { backend }]));

describe('readiness', () => {
  it.each([
    ['everything is well', {}, { database: up, models: modelsOf(ill, well) }, []],
    ['the head is 120 s old', { age: 120 }, {}, []],
    ['the head is 121 s old', { age: 121 }, {}, ['chain']],
    ['the head is old on a development chain', { age: 9_999, chainId: 31_337n }, {}, []],
    ['the database is gone', {}, { database: down, models: modelsOf(well) }, ['database']],
    ['all backends are down', {}, { database: up, models: modelsOf(ill, ill) }, ['backends']],
    ['a provider has no backend', {}, { models: modelsOf() }, ['backends']],
    [
      'everything is broken',
      { age: 999 },
      { database: down, models: modelsOf(ill) },
      ['chain', 'database', 'backends'],
    ],
  ])('when %s', async (_, { age = 1, chainId = 42_161n }: { age?: number; chainId?: bigint }, parts, failing) => {
    headAt = NOW - age;
    const report = await readinessOf(parts, chainId)();
    expect(Object.keys(report).filter((name) => report[name]?.isReady === false)).toEqual(failing);
    expect(report['chain']).toMatchObject({ headAgeSeconds: age });
  });

  it('does not wait for a part that hangs', async () => {
    const report = await readinessOf({ database: { ping: () => new Promise(() => undefined) } })();
    expect(report).toMatchObject({ chain: { isReady: true }, database: { isReady: false } });
  });

  it('asks the parts once a second, however many ask', async () => {
    const readiness = readinessOf({});
    await Promise.all(Array.from({ length: 50 }, () => readiness()));
    expect(asked).toBe(1);
    monotonic = 1_000;
    await readiness();
    expect(asked).toBe(2);
  });
});

describe('GET /readyz', () => {
  it('is 200 with what was measured, or 503 that names what fails, and needs no key', async () => {
    const authenticate = async () => Promise.reject(new Error('not you'));
    let isHealthy = true;
    const needs = { database: up, models: modelsOf({ isHealthy: () => isHealthy }) };
    const chain = createFakeChain();
    const api = await createTestApi({ chain, wallet: providerWallet, authenticate, needs });
    const parts = { chain: { isReady: true }, database: { isReady: true }, backends: { healthy: 1, total: 1 } };
    expect(await api.call('GET', '/readyz')).toMatchObject({ status: 200, body: { status: 'ready', parts } });
    await api.server.close();

    isHealthy = false;
    const later = await createTestApi({ chain, wallet: providerWallet, authenticate, needs });
    expect(await later.call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { error: { code: 'not_ready', details: { failing: 'backends', parts: { backends: { healthy: 0 } } } } },
    });
    await later.server.close();
  });
});
