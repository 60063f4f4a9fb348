import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createKeyUsage } from './key-usage.js';
import { createSessionSpending } from './session-spending.js';

describe.each(DATABASES)('usage of keys on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());
  const usage = () => createKeyUsage({ database });

  it('is nothing before something was used', async () => {
    expect(await usage().of('nobody', 1n)).toEqual({ requests: 0n, tokens: 0n });
  });

  it('adds up, by key and day, also of what comes together', async () => {
    const day = 20_000n;
    await Promise.all([1n, 2n, 3n].map((tokens) => usage().add('a', day, { requests: 1n, tokens })));
    await usage().add('a', day + 1n, { requests: 1n, tokens: 50n });
    await usage().add('b', day, { requests: 1n, tokens: 70n });
    expect(await usage().of('a', day)).toEqual({ requests: 3n, tokens: 6n });
    expect(await usage().of('a', day + 1n)).toEqual({ requests: 1n, tokens: 50n });
    expect(await usage().of('b', day)).toEqual({ requests: 1n, tokens: 70n });
  });

  it('is listed for a day, with what sessions cost that were opened for a key', async () => {
    const day = 30_000n;
    await usage().add('a', day, { requests: 2n, tokens: 9n });
    const spending = createSessionSpending({ database, clock: { now: () => 1 } }, 'owner');
    const cost = { day, bidId: '0xb', payment: 'pool', origin: 'requests', caps: [] } as const;
    for (const keyId of ['a', 'b', 'b', undefined]) await spending.reserve({ ...cost, keyId, costMor: 10n ** 20n });
    expect(await usage().ofAll(day)).toEqual(
      new Map([
        ['a', { requests: 2n, tokens: 9n, spentMor: 10n ** 20n }],
        ['b', { requests: 0n, tokens: 0n, spentMor: 2n * 10n ** 20n }],
      ]),
    );
    expect(await usage().ofAll(day + 1n)).toEqual(new Map());
  });

  it('is forgotten after 400 days', async () => {
    await usage().add('c', 1_000n, { requests: 1n, tokens: 1n });
    await usage().add('c', 1_400n, { requests: 1n, tokens: 1n });
    expect((await usage().of('c', 1_000n)).requests).toBe(1n);
    await usage().add('c', 1_401n, { requests: 1n, tokens: 1n });
    expect((await usage().of('c', 1_000n)).requests).toBe(0n);
  });
});
