import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createEarnedMoney, type EarnedCursor, type EarnedPayment, type EarnedSession } from './earned-money.js';

const session = (change: Partial<EarnedSession> = {}): EarnedSession => ({
  sessionId: 'session 1',
  modelId: 'model 1',
  day: 20_000,
  isDirect: false,
  usedSeconds: 900n,
  creditedMor: 2n ** 127n,
  keptMor: 0n,
  vestDay: 20_002,
  blockNumber: 5n,
  ...change,
});
const payment = (change: Partial<EarnedPayment> = {}): EarnedPayment => ({
  transactionHash: 'transaction 1',
  logIndex: 3,
  isDirect: false,
  day: 20_002,
  paidMor: 2n ** 126n,
  blockNumber: 8n,
  ...change,
});
const cursor = (nextBlock: bigint, change: Partial<EarnedCursor> = {}): EarnedCursor => ({
  firstBlock: 1n,
  nextBlock,
  parentHash: `block ${nextBlock - 1n}`,
  readToAt: 1_000,
  ...change,
});
const ALL = { from: 0, to: 99_999 };

describe.each(DATABASES)('earned money on %s', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());
  const storeOf = (owner: string) => createEarnedMoney({ database }, owner);

  it('is kept by owner and day, exactly, and knows where to go on', async () => {
    const store = storeOf('a');
    expect(await store.cursor()).toBeUndefined();
    const unread = { firstBlock: 1n, nextBlock: 1n, parentHash: undefined, readToAt: undefined };
    expect(await store.append(undefined, { sessions: [], payments: [], cursor: unread })).toBe(true);
    expect(await store.cursor()).toEqual(unread);
    const blocks = { sessions: [session()], payments: [payment()], cursor: cursor(9n) };
    expect(await store.append(unread, blocks)).toBe(true);
    expect(await store.cursor()).toEqual(cursor(9n));
    expect(await store.sessions(ALL)).toEqual([session()]);
    expect(await store.payments(ALL)).toEqual([payment()]);
    expect(await store.payments({ from: 20_003, to: 99_999 })).toEqual([]);
    expect(await storeOf('b').sessions(ALL)).toEqual([]);
  });

  it('is written by one of several processes that read the same blocks', async () => {
    const start = cursor(1n);
    const first = { sessions: [], payments: [], cursor: start };
    const begun = await Promise.all([1, 2, 3].map(() => storeOf('c').append(undefined, first)));
    expect(begun.filter(Boolean)).toHaveLength(1);
    const blocks = { sessions: [session()], payments: [payment()], cursor: cursor(9n) };
    const written = await Promise.all([1, 2, 3].map(() => storeOf('c').append(start, blocks)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await storeOf('c').payments(ALL)).toHaveLength(1);
  });

  it('goes back when the chain does', async () => {
    const store = storeOf('d');
    const sessions = [session(), session({ sessionId: 'session 2', blockNumber: 7n })];
    await store.append(undefined, { sessions, payments: [payment()], cursor: cursor(9n) });
    await store.goBack(cursor(6n));
    expect(await store.sessions(ALL)).toEqual([session()]);
    expect(await store.payments(ALL)).toEqual([]);
    const again = {
      sessions: [session({ sessionId: 'session 2', blockNumber: 6n })],
      payments: [],
      cursor: cursor(8n),
    };
    expect(await store.append(cursor(6n), again)).toBe(true);
    expect(await store.sessions(ALL)).toHaveLength(2);
  });

  it('takes more rows than fit into one statement', async () => {
    const sessions = Array.from({ length: 2_500 }, (_, at) => session({ sessionId: `session ${at}` }));
    await storeOf('e').append(undefined, { sessions, payments: [], cursor: cursor(9n) });
    expect(await storeOf('e').sessions(ALL)).toHaveLength(2_500);
  });
});
