import { sql, type Kysely } from 'kysely';

/** Keys under which requests may be sent again, each with the one request it stands for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table request_keys (
      owner text not null,
      key text not null,
      fingerprint text not null,
      created_at timestamptz not null,
      primary key (owner, key)
    )`.execute(db);
}
