import { sql, type Kysely } from 'kysely';

/** What a key may use, narrower than its node; amounts are decimal strings. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table api_keys add column limits jsonb not null default '{}'`.execute(db);
}
