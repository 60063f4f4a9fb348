import { sql, type Kysely } from 'kysely';

/** What each API key used on each UTC day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table key_usage (
      key_id text not null,
      day bigint not null,
      requests bigint not null,
      tokens bigint not null,
      primary key (key_id, day)
    )`.execute(db);
}
