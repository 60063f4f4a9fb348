import { sql, type Kysely } from 'kysely';

/** What a provider served: sums of each session, for its receipt, and of each model and UTC day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table served_sessions (
      owner text not null,
      session_id text not null,
      answers bigint not null,
      failures bigint not null,
      input_tokens bigint not null,
      output_tokens bigint not null,
      duration_us bigint not null,
      first_tokens bigint not null,
      first_token_us bigint not null,
      updated_at timestamptz not null,
      primary key (owner, session_id)
    )`.execute(db);
  await sql`create index served_sessions_age on served_sessions (updated_at)`.execute(db);
  await sql`
    create table served_days (
      owner text not null,
      model_id text not null,
      day integer not null,
      answers bigint not null,
      failures bigint not null,
      input_tokens bigint not null,
      output_tokens bigint not null,
      duration_us bigint not null,
      first_tokens bigint not null,
      first_token_us bigint not null,
      primary key (owner, day, model_id)
    )`.execute(db);
}
