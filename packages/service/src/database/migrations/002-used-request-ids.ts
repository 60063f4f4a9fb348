import { sql, type Kysely } from 'kysely';

/** Ids of requests that may not come again. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table used_request_ids (id text primary key, expires_at timestamptz not null)`.execute(db);
  await sql`create index used_request_ids_expiry on used_request_ids (expires_at)`.execute(db);
}
