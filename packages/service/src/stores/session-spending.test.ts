import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createSessionSpending, type FoundSpending, type Spending } from './session-spending.js';

const day = 20_000n;
const costing = (costMor: bigint, change: Partial<Spending> = {}): Spending => ({
  day,
  keyId: undefined,
  bidId: '0xb1',
  payment: 'pool',
  costMor,
  ...change,
});

const found = (costMor: bigint, change: Partial<FoundSpending> = {}): FoundSpending => ({
  ...costing(costMor),
  reservedFrom: day,
  unknownIs: 'elsewhere',
  ...change,
});

describe.each(DATABASES)('spending on %s', (kind) => {
  let database: Database;
  let owners = 0;
  let owner: string;
  let now = 1_000;
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  beforeEach(() => {
    owner = `account ${(owners += 1)}`;
  });
  afterAll(() => database?.close());
  const spending = (whose = owner) => createSessionSpending({ database, clock: { now: () => now } }, whose);
  const reserve = (one: Spending, caps: Parameters<ReturnType<typeof spending>['reserve']>[0]['caps'] = []) =>
    spending().reserve({ ...one, origin: 'requests', caps });
  const reserved = async (one: Spending): Promise<bigint> => {
    const made = await reserve(one);
    if ('overdrawn' in made) throw new Error('overdrawn');
    return made.id;
  };

  it('counts from before a session is opened, by day, key and account, in exact amounts', async () => {
    const huge = 10n ** 30n + 1n;
    await reserve(costing(huge));
    await reserve(costing(5n, { keyId: 'a' }));
    await reserve(costing(7n, { keyId: 'a', day: day + 1n }));
    expect(await spending().spentOn(day)).toBe(huge + 5n);
    expect(await spending().spentOn(day, 'a')).toBe(5n);
    expect(await spending().spentOn(day + 1n)).toBe(7n);
    expect(await spending('somebody else').spentOn(day)).toBe(0n);
  });

  it('stops at a cap, to the last unit, and says which one', async () => {
    const caps = [{ maxMor: 100n }, { keyId: 'a', maxMor: 60n }];
    expect(await reserve(costing(60n, { keyId: 'a' }), caps)).toHaveProperty('id');
    expect(await reserve(costing(1n, { keyId: 'a' }), caps)).toEqual({ overdrawn: { cap: caps[1], spentMor: 60n } });
    expect(await reserve(costing(40n), [{ maxMor: 100n }])).toHaveProperty('id');
    expect(await reserve(costing(1n), [{ maxMor: 100n }])).toEqual({
      overdrawn: { cap: { maxMor: 100n }, spentMor: 100n },
    });
    expect(await reserve(costing(100n, { day: day + 1n }), [{ maxMor: 100n }])).toHaveProperty('id');
  });

  it('lets no more through when many come together', async () => {
    const together = Array.from({ length: 10 }, () => reserve(costing(30n), [{ maxMor: 100n }]));
    const made = (await Promise.all(together)).filter((one) => 'id' in one);
    expect(made).toHaveLength(3);
    expect(await spending().spentOn(day)).toBe(90n);
  });

  it('gives back what was not spent, and what came back when a session was closed', async () => {
    const [failed, early] = [await reserved(costing(10n)), await reserved(costing(20n))];
    await spending().cancel(failed);
    await spending().attach(early, { sessionId: '0x51', day });
    await spending().cancel(early);
    expect(await spending().spentOn(day)).toBe(20n);
    await spending().settle('0x51', 8n);
    expect(await spending().spentOn(day)).toBe(8n);
  });

  it('knows a session again, with whose it is and when it was used', async () => {
    await spending().attach(await reserved(costing(10n, { keyId: 'a' })), { sessionId: '0x51', day });
    expect(await spending().recognise('0x51', found(10n))).toEqual({
      keyId: 'a',
      origin: 'requests',
      lastUsedAt: undefined,
    });
    now = 90_000;
    await spending().touch('0x51');
    expect((await spending().find('0x51'))?.lastUsedAt).toBe(90_000);
    expect(await spending().find('0x52')).toBeUndefined();
  });

  it('takes a session that nobody wrote down for the cost whose outcome was not known', async () => {
    await reserved(costing(10n, { keyId: 'a' }));
    expect(await spending().recognise('0x51', found(11n))).toMatchObject({ origin: 'elsewhere' });
    expect(await spending().recognise('0x52', found(10n))).toMatchObject({ origin: 'requests', keyId: 'a' });
    expect(await spending().recognise('0x53', found(10n))).toMatchObject({ origin: 'elsewhere' });
    expect(await spending().spentOn(day)).toBe(31n);
  });

  it('tells books that are new or lost, and takes the word of the finder then', async () => {
    expect(await spending().isEmpty()).toBe(true);
    expect(await spending().recognise('0x51', found(10n, { unknownIs: 'requests' }))).toMatchObject({
      origin: 'requests',
      keyId: undefined,
    });
    expect(await spending().isEmpty()).toBe(false);
    expect(await spending('somebody else').isEmpty()).toBe(true);
  });

  it('moves a cost to the day on which its session was opened', async () => {
    const next = day + 1n;
    await spending().attach(await reserved(costing(3n)), { sessionId: '0x51', day: next });
    await reserved(costing(5n, { keyId: 'a' }));
    await reserved(costing(7n, { keyId: 'a' }));
    const late = await spending().recognise('0x52', found(5n, { day: next, reservedFrom: day }));
    expect(late).toMatchObject({ origin: 'requests', keyId: 'a' });
    const another = await spending().recognise('0x53', found(7n, { day: next, reservedFrom: next }));
    expect(another).toMatchObject({ origin: 'elsewhere' });
    expect([await spending().spentOn(day), await spending().spentOn(next)]).toEqual([7n, 15n]);
  });

  it('does not count a session twice that was found before its opener heard of it', async () => {
    const id = await reserved(costing(10n, { keyId: 'a' }));
    await reserved(costing(10n, { bidId: '0xb2' }));
    await spending().recognise('0x51', found(12n));
    await spending().attach(id, { sessionId: '0x51', day });
    expect(await spending().spentOn(day)).toBe(20n);
    expect(await spending().find('0x51')).toMatchObject({ keyId: 'a' });
  });

  it('is forgotten after 400 days', async () => {
    await reserve(costing(10n));
    await reserve(costing(1n, { day: day + 401n }));
    expect(await spending().spentOn(day)).toBe(0n);
  });
});
