import { sql, type Kysely } from 'kysely';

/** What a provider earned, as the events of the chain tell it, and how far they were read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table earned_sessions (
      owner text not null,
      session_id text not null,
      model_id text not null,
      day integer not null,
      is_direct boolean not null,
      used_seconds bigint not null,
      credited_mor numeric(39, 0) not null,
      kept_mor numeric(39, 0) not null,
      vest_day integer not null,
      block_number bigint not null,
      primary key (owner, session_id)
    )`.execute(db);
  await sql`create index earned_sessions_days on earned_sessions (owner, day)`.execute(db);
  await sql`
    create table earned_payments (
      owner text not null,
      transaction_hash text not null,
      log_index integer not null,
      is_direct boolean not null,
      day integer not null,
      paid_mor numeric(39, 0) not null,
      block_number bigint not null,
      primary key (owner, transaction_hash, log_index)
    )`.execute(db);
  await sql`create index earned_payments_days on earned_payments (owner, day)`.execute(db);
  await sql`
    create table earned_cursors (
      owner text primary key,
      first_block bigint not null,
      next_block bigint not null,
      parent_hash text,
      read_to_at timestamptz
    )`.execute(db);
}
