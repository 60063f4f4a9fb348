import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createIntentStore } from '../journal/intent-store.js';
import { listIntents } from '../journal/list-intents.js';
import { DATABASES, emptyPostgres, silentLog as log } from '../testing/databases.js';
import { secret } from '../secret.js';
import { lookIntoDatabase } from './look-into-database.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations.js';
import { type DatabasePlace, openDatabase, reachDatabase } from './open-database.js';

const folder = mkdtempSync(join(tmpdir(), 'yellowstone-look-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let places = 0;
const newPlace = async (kind: string): Promise<DatabasePlace> =>
  kind === 'pglite' ? { dataDir: join(folder, `${(places += 1)}`) } : { url: secret(await emptyPostgres()) };

describe.each(DATABASES)('looking into a database on %s', (kind) => {
  it('tells what was done to it and what a start would do, and does nothing', async () => {
    const place = await newPlace(kind);
    const older = await reachDatabase({ log }, place);
    const [first = '', ...later] = Object.keys(migrations);
    await migrate(older.sql, { [first]: migrations[first]! });
    await older.close();
    for (let time = 0; time < 2; time += 1) {
      const found = await lookIntoDatabase({ log }, place);
      expect(found).toMatchObject({ kind, pending: later, unknown: [], applied: [{ name: first }] });
      expect(found?.applied[0]?.appliedAt).toMatch(/^\d{4}-\d{2}-\d{2}T/);
      await found?.close();
    }
  });

  it('names what a later version did', async () => {
    const place = await newPlace(kind);
    const newer = await openDatabase({ log }, place);
    await migrate(newer.sql, { ...migrations, '999-later': { up: async () => undefined } });
    await newer.close();
    const found = await lookIntoDatabase({ log }, place);
    expect(found).toMatchObject({ pending: [], unknown: ['999-later'] });
    await found?.ping();
    await found?.close();
    await expect(found?.ping()).rejects.toMatchObject({ code: 'database_unreachable' });
  });

  it('lists chain writes without what they were called with', async () => {
    const database = await openDatabase({ log }, await newPlace(kind));
    const key = { chainId: 31_337n, address: `0x${'11'.repeat(20)}`, diamond: `0x${'22'.repeat(20)}` };
    const store = createIntentStore({ sql: database.sql, clock: { now: () => 1_000 } }, key);
    const call = { to: key.diamond, data: '0xfeedfacecafe' };
    const { id } = await store.add({ ...call, kind: 'openSession', idempotencyKey: 'open session of alice' });
    await store.add({ ...call, kind: 'stake', idempotencyKey: 'b' });
    const hash = `0x${'ab'.repeat(32)}`;
    await store.sign(id, 7, async (nonce) => ({ hash, nonce, rawTransaction: '0xfeedfacecafe' }));
    const listed = await listIntents(database, { limit: 10 });
    expect(listed).toEqual([
      expect.objectContaining({ kind: 'stake', state: 'intended', attempts: 0, nonce: undefined, hash: undefined }),
      expect.objectContaining({ kind: 'openSession', state: 'signed', attempts: 1, nonce: 7, hash, createdAt: 1_000 }),
    ]);
    expect(JSON.stringify(listed)).not.toMatch(/feedface|alice/);
    expect(await listIntents(database, { limit: 1 })).toHaveLength(1);
    await database.close();
  });
});

describe('a folder without a database', () => {
  it('stays as it is', async () => {
    const dataDir = join(folder, 'none');
    expect(await lookIntoDatabase({ log }, { dataDir })).toBeUndefined();
    expect(existsSync(dataDir)).toBe(false);
  });
});
