import { sql, type Kysely } from 'kysely';

/** What sessions cost on each UTC day, written down before they are opened. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table session_spending (
      id bigint generated always as identity primary key,
      owner text not null,
      day bigint not null,
      key_id text,
      origin text not null check (origin in ('requests', 'hand', 'elsewhere')),
      bid_id text not null,
      payment text not null,
      cost_mor numeric(39) not null,
      session_id text,
      last_used_at timestamptz,
      created_at timestamptz not null,
      unique (owner, session_id)
    )`.execute(db);
  await sql`create index session_spending_days on session_spending (owner, day)`.execute(db);
}
