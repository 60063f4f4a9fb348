import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty } from '../testing/databases.js';
import { createUsedRequestIds } from './used-request-ids.js';

describe.each(DATABASES)('used request ids on %s', (kind) => {
  let database: Database;
  let now = 0;
  const clock = { now: () => now };
  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());

  it('can be claimed once, also by many at the same time and after a restart', async () => {
    now = 1_000;
    const ids = createUsedRequestIds({ database, clock });
    const claims = await Promise.all(Array.from({ length: 20 }, () => ids.claim('session 1 request 1', 5_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await createUsedRequestIds({ database, clock }).claim('session 1 request 1', 5_000)).toBe(false);
    expect(await ids.claim('session 2 request 1', 5_000)).toBe(true);
  });

  it('are forgotten when they have expired and are pruned', async () => {
    now = 10_000;
    const ids = createUsedRequestIds({ database, clock });
    expect(await ids.claim('a', 20_000)).toBe(true);
    expect(await ids.claim('b', 30_000)).toBe(true);
    now = 19_999;
    expect(await ids.claim('a', 20_000)).toBe(false);
    await ids.prune();
    expect(await ids.claim('a', 20_000)).toBe(false);
    now = 20_000;
    await ids.prune();
    expect(await ids.prune()).toBe(0);
    expect(await ids.claim('a', 25_000)).toBe(true);
    expect(await ids.claim('b', 30_000)).toBe(false);
  });

  it('are claimed together while others are written, each for itself', async () => {
    now = 50_000;
    const statements: number[] = [];
    const counting = {
      sql: database.sql.withPlugin({
        transformQuery: ({ node }) => node,
        transformResult: async ({ result }) => (statements.push(result.rows.length), result),
      }),
    };
    const ids = createUsedRequestIds({ database: counting, clock });
    await ids.claim('taken', 60_000);
    statements.length = 0;
    const wanted = ['taken', ...Array.from({ length: 300 }, (_, at) => `request ${at % 100}`)];
    const claims = await Promise.all(wanted.map((id) => ids.claim(id, 60_000)));
    expect(claims[0]).toBe(false);
    expect(claims.slice(1, 101).every(Boolean)).toBe(true);
    expect(claims.slice(101).some(Boolean)).toBe(false);
    expect(statements.length).toBeLessThanOrEqual(2);
    expect(statements.reduce((sum, rows) => sum + rows)).toBe(100);
  });

  it('do not wait without a bound, and a failure is told to all who wait', async () => {
    now = 60_000;
    const ids = createUsedRequestIds({ database, clock }, { maxWaiting: 2 });
    const [first, second, third] = [ids.claim('x', 70_000), ids.claim('y', 70_000), ids.claim('z', 70_000)];
    await expect(third).rejects.toMatchObject({ code: 'claims_waiting' });
    expect(await Promise.all([first, second])).toEqual([true, true]);
    const closed = await openEmpty(kind);
    await closed.close();
    const lost = createUsedRequestIds({ database: closed, clock });
    const outcomes = await Promise.allSettled([lost.claim('a', 70_000), lost.claim('b', 70_000)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('prune themselves now and then', async () => {
    now = 100_000;
    const ids = createUsedRequestIds({ database, clock }, { claimsPerPrune: 2 });
    await ids.claim('c', 100_001);
    now = 200_000;
    await ids.claim('d', 300_000);
    const left = await database.sql.selectFrom('used_request_ids').select('id').execute();
    expect(left).toEqual([{ id: 'd' }]);
  });
});
