import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, type DatabaseDeps, type DatabasePlace, reachDatabase } from './open-database.js';
import { migrations } from './migrations.js';

/** A step of the schema that a database has gone. */
export interface AppliedMigration {
  readonly name: string;
  /** ISO 8601 */
  readonly appliedAt: string;
}

/** A database as it was found. Its tables may be older or newer than this program. */
export interface FoundDatabase extends Database {
  readonly applied: readonly AppliedMigration[];
  /** What the next start would do. */
  readonly pending: readonly string[];
  /** What a later version of the program did. */
  readonly unknown: readonly string[];
}

// Not an interface: kysely asks for what may be indexed by any name.
type MigrationTable = Readonly<Record<'schema_migrations', { readonly name: string; readonly timestamp: string }>>;

/**
 * Opens a database without changing its schema, for whoever wants to know what is in it.
 * @returns undefined for a folder without a database. @throws AppError database_unreachable, database_in_use
 */
export async function lookIntoDatabase(deps: DatabaseDeps, place: DatabasePlace): Promise<FoundDatabase | undefined> {
  if ('dataDir' in place && !existsSync(join(place.dataDir, 'PG_VERSION'))) return undefined;
  const database = await reachDatabase(deps, place);
  try {
    const applied = await appliedIn(database);
    const names = new Set(applied.map(({ name }) => name));
    return {
      ...database,
      applied,
      pending: Object.keys(migrations).filter((name) => !names.has(name)),
      unknown: [...names].filter((name) => !(name in migrations)),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function appliedIn({ sql }: Database): Promise<readonly AppliedMigration[]> {
  const tables = await sql.introspection.getTables();
  if (!tables.some(({ name }) => name === 'schema_migrations')) return [];
  const rows = sql.withTables<MigrationTable>().selectFrom('schema_migrations').select(['name', 'timestamp']);
  return (await rows.orderBy('name').execute()).map(({ name, timestamp }) => ({ name, appliedAt: timestamp }));
}
