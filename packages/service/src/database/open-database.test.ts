import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { secret } from '../secret.js';
import { DATABASES, emptyPlace, emptyPostgres, openEmpty, silentLog } from '../testing/databases.js';
import { freePort } from '../testing/local-chain.js';
import { lockFolder } from './folder-lock.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations.js';
import { openDatabase, type Database } from './open-database.js';

const folder = mkdtempSync(join(tmpdir(), 'yellowstone-database-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const log = silentLog;

const tablesOf = async ({ sql: db }: Database): Promise<string[]> =>
  (await db.introspection.getTables()).map(({ name }) => name).sort();

describe.each(DATABASES)('a database on %s', (kind) => {
  it('has the newest schema, and keeps it when it is opened again', async () => {
    const place = kind === 'pglite' ? { dataDir: join(folder, 'twice') } : { url: secret(await emptyPostgres()) };
    const first = await openDatabase({ log }, place);
    const tables = await tablesOf(first);
    expect(tables).toContain('chain_intents');
    await first.sql
      .insertInto('used_request_ids')
      .values({ id: 'a', expires_at: new Date(0) })
      .execute();
    await first.close();
    await first.close();
    const second = await openDatabase({ log }, place);
    expect(await tablesOf(second)).toEqual(tables);
    expect(await second.sql.selectFrom('used_request_ids').select('id').execute()).toEqual([{ id: 'a' }]);
    await second.close();
  });

  it('gives int8 as bigint, times as Date, numeric as text', async () => {
    const database = await openEmpty(kind);
    const query = sql`select 9007199254740993::int8 as int8, to_timestamp(1) as at, 1::numeric(78, 0) as wei`;
    const { rows } = await query.execute(database.sql);
    expect(rows).toEqual([{ int8: 9_007_199_254_740_993n, at: new Date(1_000), wei: '1' }]);
    await database.close();
  });

  it('rolls back a transaction that fails, and goes on', async () => {
    const database = await openEmpty(kind);
    const row = { id: 'a', expires_at: new Date(0) };
    const failing = database.sql.transaction().execute(async (db) => {
      await db.insertInto('used_request_ids').values(row).execute();
      await db.insertInto('used_request_ids').values(row).execute();
    });
    await expect(failing).rejects.toThrow(/duplicate key/);
    expect(await database.sql.selectFrom('used_request_ids').selectAll().execute()).toEqual([]);
    await database.close();
  });

  it('refuses a schema of a later version', async () => {
    const database = await openEmpty(kind);
    const later = { ...migrations, '999-later': { up: async () => undefined } };
    await migrate(database.sql, later);
    await expect(migrate(database.sql, migrations)).rejects.toMatchObject({ code: 'database_newer' });
    await database.close();
  });

  it('changes nothing when a migration fails, and names it', async () => {
    const database = await openEmpty(kind);
    const broken = {
      ...migrations,
      '998-good': { up: async (db: Database['sql']) => void (await sql`create table good (a int)`.execute(db)) },
      '999-bad': { up: async (db: Database['sql']) => void (await sql`create table bad (a nonsense)`.execute(db)) },
    };
    const failing = migrate(database.sql, broken);
    await expect(failing).rejects.toMatchObject({
      code: 'database_migration_failed',
      details: { migration: '999-bad' },
    });
    expect(await tablesOf(database)).not.toContain('good');
    await migrate(database.sql, migrations);
    await database.close();
  });
});

describe.runIf(DATABASES.length > 1)('a PostgreSQL', () => {
  it('is migrated once when many processes start together', async () => {
    const place = { url: secret(await emptyPostgres()) };
    const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase({ log }, place)));
    const { rows } = await sql`select name from schema_migrations`.execute(databases[0]!.sql);
    expect(rows).toHaveLength(Object.keys(migrations).length);
    await Promise.all(databases.map(({ close }) => close()));
  });

  it('survives the end of its idle connections', async () => {
    const url = await emptyPostgres();
    const [database, other] = [await openDatabase({ log }, { url: secret(url) }), await openEmpty('postgres')];
    const name = new URL(url).pathname.slice(1);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(other.sql);
    await expect
      .poll(
        () =>
          database.sql
            .selectFrom('api_keys')
            .selectAll()
            .execute()
            .catch(() => 'not yet'),
        { timeout: 5_000 },
      )
      .toEqual([]);
    await Promise.all([database.close(), other.close()]);
  });
});

describe('a data folder', () => {
  it('is for the owner only, and really synced', async () => {
    const dataDir = join(folder, 'owner');
    const database = await openDatabase({ log }, { dataDir });
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
    expect((await sql`show fsync`.execute(database.sql)).rows).toEqual([{ fsync: 'on' }]);
    await database.close();
  });

  it('is for one process at a time', async () => {
    const dataDir = join(folder, 'one');
    const lock = lockFolder(dataDir);
    await expect(openDatabase({ log }, { dataDir })).rejects.toMatchObject({
      code: 'database_in_use',
      details: { pid: process.pid },
    });
    lock.release();
    lockFolder(dataDir).release();
  });

  it('is taken over from a process that was killed', async () => {
    const dataDir = join(folder, 'dead');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const { pid } = child;
    lockFolder(dataDir);
    const holder = JSON.parse(readFileSync(`${dataDir}.lock`, 'utf8')) as Record<string, unknown>;
    const startedAt = execFileSync('cat', [`/proc/${pid}/stat`])
      .toString()
      .replace(/^.*\) /s, '')
      .split(' ')[19];
    writeFileSync(`${dataDir}.lock`, JSON.stringify({ ...holder, pid, startedAt }));
    expect(() => lockFolder(dataDir)).toThrow(expect.objectContaining({ code: 'database_in_use' }));
    // The same id, but another process.
    writeFileSync(`${dataDir}.lock`, JSON.stringify({ ...holder, pid, startedAt: '1' }));
    lockFolder(dataDir);
    writeFileSync(`${dataDir}.lock`, JSON.stringify({ ...holder, pid, startedAt }));
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockFolder(dataDir).release();
  });

  it('is taken over from another host that is silent, and from a writer that died while writing', () => {
    const dataDir = join(folder, 'host');
    const path = `${dataDir}.lock`;
    writeFileSync(path, JSON.stringify({ pid: 1, host: 'elsewhere', startedAt: '1' }));
    expect(() => lockFolder(dataDir)).toThrow(expect.objectContaining({ code: 'database_in_use' }));
    utimesSync(path, new Date(0), new Date(0));
    lockFolder(dataDir).release();
    writeFileSync(path, '{"pid":');
    expect(() => lockFolder(dataDir)).toThrow(expect.objectContaining({ code: 'database_in_use' }));
    utimesSync(path, new Date(0), new Date(0));
    lockFolder(dataDir).release();
  });
});

describe('openDatabase', () => {
  it('says that nothing is there, without telling the password', async () => {
    const url = secret(`postgres://app:hunter2@127.0.0.1:${await freePort()}/nothing`);
    const error = await openDatabase({ log }, { url }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'database_unreachable', httpStatus: 503 });
    expect(String((error as Error).message) + String((error as Error).cause)).not.toContain('hunter2');
  });

  it('says that a folder cannot be one', async () => {
    writeFileSync(join(folder, 'file'), '');
    const noFolder = openDatabase({ log }, { dataDir: join(folder, 'file', 'data') });
    await expect(noFolder).rejects.toMatchObject({ code: 'database_unreachable' });
    const aFile = openDatabase({ log }, { dataDir: join(folder, 'file') });
    await expect(aFile).rejects.toMatchObject({ code: 'database_unreachable' });
  });

  it('keeps memory to itself', async () => {
    const [one, other] = [await openEmpty('pglite'), await openDatabase({ log }, await emptyPlace('pglite'))];
    await one.sql
      .insertInto('used_request_ids')
      .values({ id: 'a', expires_at: new Date(0) })
      .execute();
    expect(await other.sql.selectFrom('used_request_ids').selectAll().execute()).toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });
});
