import type { SessionId } from '@yellowstone/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeChain } from '../../testing/fake-chain.js';
import { providerWallet } from '../../testing/keys.js';
import { openTestStores, type TestStores } from '../../testing/test-stores.js';
import { createReserve } from './reserve.js';

const bid = createFakeChain().addBid({ wallet: providerWallet, endpoint: 'p.example:1', name: 'm' });
const noon = 20_000n * 86_400n + 43_200n;
const cost = (costMor: bigint) => ({ bid, payment: 'pool' as const, costMor });
const operator = { keyId: undefined, maxMorPerDay: undefined };
let stores: TestStores;
let now = noon;

beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores?.stop());

const reserveOf = (maxMorPerDay?: bigint) => {
  const spending = stores.emptyBooks();
  return { spending, of: createReserve({ spending, chainClock: { now: async () => now } }, { maxMorPerDay }) };
};

describe('createReserve', () => {
  it('says which limit a cost would break, in values, and until when', async () => {
    const { of } = reserveOf(100n);
    await of(operator, 'hand')(cost(60n));
    await expect(of(operator, 'requests')(cost(41n))).rejects.toMatchObject({
      code: 'day_limit_exceeded',
      httpStatus: 402,
      details: { costMor: 41n, spentMor: 60n, limitMor: 100n },
    });
    const key = { keyId: 'k', maxMorPerDay: 30n };
    await of(key, 'requests')(cost(30n));
    await expect(of(key, 'requests')(cost(1n))).rejects.toMatchObject({
      code: 'key_budget_exceeded',
      httpStatus: 429,
      retryAfterSeconds: 43_200,
      details: { key: 'k', limit: 'maxMorPerDay', used: 30n, allowed: 30n },
    });
    now += 43_200n;
    await of(key, 'requests')(cost(30n));
    now = noon;
  });

  it('counts what was opened, and not what failed', async () => {
    const { of, spending } = reserveOf();
    const [opened, failed] = [await of(operator, 'hand')(cost(5n)), await of(operator, 'hand')(cost(7n))];
    await opened.opened({ sessionId: '0x51' as SessionId, openedAt: now });
    await failed.failed();
    expect(await spending.spentOn(20_000n)).toBe(5n);
    expect(await spending.find('0x51')).toMatchObject({ origin: 'hand' });
  });
});
