import { sql, type Kysely } from 'kysely';

/** Keys that end by themselves. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table api_keys add column expires_at timestamptz`.execute(db);
}
