import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedDatabase } from './pglite-pool.js';
import { openThreadedPglite } from './threaded-pglite.js';

const folder = mkdtempSync(join(tmpdir(), 'yellowstone-thread-'));
let database: EmbeddedDatabase;

beforeAll(async () => {
  database = await openThreadedPglite(join(folder, 'data'));
  await database.query('create table kept (id bigint primary key, at timestamptz, bytes bytea)', []);
});
afterAll(async () => {
  await database?.close().catch(() => undefined);
  rmSync(folder, { recursive: true, force: true });
});

it('gives what was put in, in the types of this side', async () => {
  const row = { id: 2n ** 62n, at: new Date(1_000), bytes: new Uint8Array([0, 1, 255]) };
  await database.query('insert into kept values ($1, $2, $3)', [row.id, row.at, row.bytes]);
  expect((await database.query('select * from kept', [])).rows).toEqual([row]);
});

it("tells PostgreSQL's code, and goes on", async () => {
  const twice = database.query('insert into kept (id) values (1), (1)', []);
  await expect(twice).rejects.toMatchObject({ code: '23505', constraint: 'kept_pkey' });
  await expect(database.query('select nothing from nowhere', [])).rejects.toMatchObject({ code: '42P01' });
  await expect(database.query('select $1', [() => undefined])).rejects.toThrow('could not be cloned');
  expect((await database.query('select 1 as one', [])).rows).toEqual([{ one: 1 }]);
});

it('leaves this thread free while it works', async () => {
  const isWorking = database.query('select count(*) from generate_series(1, 2000000)', []).then(() => 'done');
  const turns = await Promise.race([isWorking, new Promise((resolve) => setTimeout(() => resolve('free'), 5))]);
  expect(turns).toBe('free');
  await isWorking;
});

it('says what it cannot open', async () => {
  await expect(openThreadedPglite('/proc/nothing')).rejects.toThrow(/ENOENT|Failed|abort/i);
});

it('is unreachable after it was closed', async () => {
  await database.close();
  await expect(database.query('select 1', [])).rejects.toMatchObject({ code: 'database_unreachable' });
});
