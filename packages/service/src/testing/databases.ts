import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { inject } from 'vitest';
import { openDatabase, type Database, type DatabasePlace } from '../database/open-database.js';
import { createLog } from '../log.js';
import { secret } from '../secret.js';

export const silentLog = createLog({ name: 'test', level: 'silent' });

/** The databases a test runs on: PGlite always, PostgreSQL when it is installed. */
export const DATABASES = inject('postgresUrl') === '' ? (['pglite'] as const) : (['pglite', 'postgres'] as const);

/** An empty place of one kind. */
export async function emptyPlace(kind: (typeof DATABASES)[number]): Promise<DatabasePlace> {
  if (kind === 'postgres') return { url: secret(await emptyPostgres()) };
  return { inMemory: new Blob([readFileSync(inject('emptyDataDir'))]) };
}

/** A database of its own in the server of this run. */
export async function emptyPostgres(): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(inject('postgresUrl'));
  const options = { max: 1, connectionTimeoutMillis: 5_000, idleTimeoutMillis: 1_000, application_name: 'test' };
  const timeouts = { statement_timeout: 10_000, idle_in_transaction_session_timeout: 10_000 };
  const pool = new pg.Pool({ connectionString: url.href, ...options, ...timeouts, types: pg.types });
  const client = await pool.connect();
  await client.query(`create database ${name}`, []);
  client.release();
  await pool.end();
  url.pathname = `/${name}`;
  return url.href;
}

export async function openEmpty(kind: (typeof DATABASES)[number]): Promise<Database> {
  return openDatabase({ log: silentLog }, await emptyPlace(kind));
}
