import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Caller } from '../../api-access.js';
import { readableLog } from '../../testing/keys.js';
import { openTestStores, type TestStores } from '../../testing/test-stores.js';
import { createKeyGate, type KeyGate } from './key-gate.js';

const { log, text } = readableLog();
const DAY_MS = 86_400_000;
let stores: TestStores;
let now: number;
let keys = 0;
let gate: KeyGate;
const clock = { now: () => 100 * DAY_MS + now, monotonic: () => now };

beforeAll(async () => {
  stores = await openTestStores();
});
beforeEach(() => {
  now = 0;
  gate = createKeyGate({ usage: stores.keyUsage, clock, log });
});
afterAll(() => stores?.stop());

const key = (limits: Caller['limits']): Caller => ({ id: `key ${(keys += 1)}`, limits });
const limitOf = (caller: Caller): Promise<unknown> =>
  gate.admit(caller).then(
    () => undefined,
    ({ code, details, retryAfterSeconds }: { code: string; details: { limit: string }; retryAfterSeconds: number }) => [
      code,
      details.limit,
      retryAfterSeconds,
    ],
  );

describe('createKeyGate', () => {
  it('lets a key without limits in as often as it comes', async () => {
    const free = key({});
    for (let at = 0; at < 100; at += 1) expect(await limitOf(free)).toBeUndefined();
  });

  it('stops requests at their rate, each key by itself, and says how long', async () => {
    const [slow, other] = [key({ requestsPerMinute: 2 }), key({ requestsPerMinute: 2 })];
    expect([await limitOf(slow), await limitOf(slow)]).toEqual([undefined, undefined]);
    expect(await limitOf(slow)).toEqual(['key_rate_exceeded', 'requestsPerMinute', 30]);
    expect(await limitOf(other)).toBeUndefined();
    now += 30_000;
    expect(await limitOf(slow)).toBeUndefined();
    expect(await limitOf(slow)).toEqual(['key_rate_exceeded', 'requestsPerMinute', 30]);
  });

  it('does not take a refused request for a request', async () => {
    const slow = key({ requestsPerMinute: 1 });
    await limitOf(slow);
    for (let at = 0; at < 10; at += 1) await limitOf(slow);
    now += 60_000;
    expect(await limitOf(slow)).toBeUndefined();
  });

  it('stops after tokens of a minute were used, for as long as they are owed', async () => {
    const caller = key({ tokensPerMinute: 60 });
    expect(await limitOf(caller)).toBeUndefined();
    gate.count(caller, 89);
    expect(await limitOf(caller)).toEqual(['key_rate_exceeded', 'tokensPerMinute', 30]);
    now += 30_000;
    expect(await limitOf(caller)).toBeUndefined();
  });

  it('stops at the tokens of a UTC day until the next one, whichever process counts', async () => {
    const caller = key({ tokensPerDay: 10 });
    gate.count(caller, 9);
    await gate.settled();
    gate = createKeyGate({ usage: stores.keyUsage, clock, log });
    expect(await limitOf(caller)).toBeUndefined();
    gate.count(caller, 1);
    now = DAY_MS - 1_000;
    expect(await limitOf(caller)).toEqual(['key_budget_exceeded', 'tokensPerDay', 1]);
    now = DAY_MS;
    expect(await limitOf(caller)).toBeUndefined();
  });

  it('does not take an answer back that cannot be written down', async () => {
    const broken = { ...stores.keyUsage, add: async () => Promise.reject(new Error('disk full')) };
    const failing = createKeyGate({ usage: broken, clock, log });
    failing.count(key({}), 1);
    await failing.settled();
    expect(text()).toContain('usage of an API key not written down yet');
  });
});
