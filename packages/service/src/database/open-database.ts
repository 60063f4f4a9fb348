import { chmodSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import pg from 'pg';
import { AppError } from '../app-error.js';
import { serviceError } from '../errors.js';
import type { Log } from '../log.js';
import type { Secret } from '../secret.js';
import { lockFolder, type FolderLock } from './folder-lock.js';
import { INT8 } from './int8.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations.js';
import { pglitePool } from './pglite-pool.js';
import { requireRoomIn, tellingFullDisks } from './room.js';
import type { Schema } from './schema.js';
import { openThreadedPglite } from './threaded-pglite.js';

/**
 * Where the data is: in a folder, in a PostgreSQL of its own, or in memory (gone with the process), there beginning with
 * the data directory that PGlite's `dumpDataDir` gave.
 */
export type DatabasePlace = { readonly dataDir: string } | { readonly url: Secret } | { readonly inMemory: Blob };

/** A database with the newest schema. */
export interface Database {
  readonly sql: Kysely<Schema>;
  readonly kind: 'pglite' | 'postgres';
  /** @throws AppError database_unreachable, database_full */
  ping(): Promise<void>;
  /** To be asked before something begins that must not be forgotten. @throws AppError database_full */
  requireRoom(): void;
  close(): Promise<void>;
}

export interface DatabaseDeps {
  readonly log: Log;
}

export interface DatabaseOptions {
  /** Connections of this process to PostgreSQL. */
  readonly maxConnections?: number;
  /** The longest one statement may run [ms]. */
  readonly statementTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_MS = 30_000;

/**
 * Opens a database and brings it to the newest schema.
 * @throws AppError database_unreachable, database_in_use, database_newer, database_migration_failed
 */
export async function openDatabase(
  { log }: DatabaseDeps,
  place: DatabasePlace,
  options: DatabaseOptions = {},
): Promise<Database> {
  const database = await reachDatabase({ log }, place, options);
  try {
    await migrate(database.sql, migrations);
  } catch (error) {
    await database.close();
    throw error;
  }
  log.info({ kind: database.kind }, 'database opened');
  return database;
}

/**
 * Opens a database with the schema it has.
 * @throws AppError database_unreachable, database_in_use
 */
export async function reachDatabase(
  { log }: DatabaseDeps,
  place: DatabasePlace,
  options: DatabaseOptions = {},
): Promise<Database> {
  const { pool, kind, release, requireRoom } = await open(place, options, log);
  const sql = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: tellingFullDisks(pool) }) });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await sql.destroy();
    release();
  };
  try {
    await reach(sql);
  } catch (error) {
    await close();
    throw error;
  }
  const ping = async (): Promise<void> => {
    await reach(sql);
    requireRoom();
  };
  return { sql, kind, ping, requireRoom, close: () => (closing ??= close()) };
}

interface Opened {
  readonly pool: PostgresPool;
  readonly kind: Database['kind'];
  readonly release: () => void;
  readonly requireRoom: () => void;
}

/** A PostgreSQL tells by itself when its disk is full, memory is the process's own. */
const NO_FOLDER = { release: (): void => undefined, requireRoom: (): void => undefined };

async function open(place: DatabasePlace, options: DatabaseOptions, log: Log): Promise<Opened> {
  if ('url' in place) return { pool: postgresPool(place.url, options, log), kind: 'postgres', ...NO_FOLDER };
  if ('dataDir' in place) return openFolder(resolve(place.dataDir));
  const memory = await PGlite.create({ loadDataDir: place.inMemory, parsers: { [INT8]: BigInt } });
  return { pool: pglitePool(memory), kind: 'pglite', ...NO_FOLDER };
}

async function openFolder(folder: string): Promise<Opened> {
  let lock: FolderLock | undefined;
  try {
    lock = lockFolder(folder);
    mkdirSync(folder, { recursive: true });
    // PGlite writes its files readable for everybody, so the folder must not be.
    chmodSync(folder, 0o700);
    const files = await openThreadedPglite(folder);
    const requireRoom = (): void => requireRoomIn(folder);
    return { pool: pglitePool(files), kind: 'pglite', release: lock.release, requireRoom };
  } catch (cause) {
    lock?.release();
    throw cause instanceof AppError ? cause : serviceError('database_unreachable', {}, { cause });
  }
}

function postgresPool(
  url: Secret,
  { maxConnections = 10, statementTimeoutMs = 15_000 }: DatabaseOptions,
  log: Log,
): PostgresPool {
  const pool = new pg.Pool({
    connectionString: url.reveal(),
    max: maxConnections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
    application_name: 'yellowstone',
    types: { getTypeParser: (oid, format) => (oid === INT8 ? BigInt : pg.types.getTypeParser(oid, format)) },
  });
  // Without a listener the end of an idle connection would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'database connection lost'));
  return pool;
}

/** The smallest statement; kysely connects with the first one. */
async function reach(sql: Kysely<Schema>): Promise<void> {
  try {
    await sql.selectNoFrom((expression) => expression.val(1).as('one')).execute();
  } catch (cause) {
    throw serviceError('database_unreachable', {}, { cause });
  }
}
