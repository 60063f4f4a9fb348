import { Migrator, type Kysely, type Migration } from 'kysely';
import { serviceError } from '../errors.js';

/**
 * Brings a database to the newest schema, all or nothing. On PostgreSQL an advisory lock lets one process at a time in.
 * @throws AppError database_newer if a later version of the program was here, database_migration_failed
 */
export async function migrate<Tables>(
  db: Kysely<Tables>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results.find(({ status }) => status === 'Error')?.migrationName;
  if (
    failed === undefined &&
    error instanceof Error &&
    /previously executed migration .* is missing/.test(error.message)
  )
    throw serviceError('database_newer', {}, { cause: error });
  throw serviceError('database_migration_failed', { migration: failed ?? 'the first one' }, { cause: error });
}
