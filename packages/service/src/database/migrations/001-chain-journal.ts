import { sql, type Kysely } from 'kysely';

/** The journal of chain writes: each nonce of a key serves one intent. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table chain_intents (
      id bigint generated always as identity primary key,
      chain_id bigint not null,
      key_address text not null,
      diamond text not null,
      idempotency_key text not null,
      kind text not null,
      to_address text not null,
      call_data text not null,
      value_wei numeric(78, 0) not null,
      state text not null check (state in ('intended', 'signed', 'sent', 'mined', 'failed')),
      nonce bigint,
      transaction_hash text,
      block_number bigint,
      receipt text,
      failure text,
      expires_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (chain_id, key_address, diamond, idempotency_key),
      unique (chain_id, key_address, nonce),
      check (state <> 'intended' or nonce is null),
      check (state not in ('signed', 'sent', 'mined') or nonce is not null),
      check (state <> 'mined' or receipt is not null),
      check ((state = 'failed') = (failure is not null))
    )`.execute(db);
  await sql`
    create index chain_intents_unfinished on chain_intents (chain_id, key_address, state, id)
    where state in ('intended', 'signed', 'sent')`.execute(db);
  await sql`
    create table chain_transactions (
      hash text primary key,
      intent_id bigint not null references chain_intents (id),
      nonce bigint not null,
      attempt integer not null,
      raw_transaction text not null,
      signed_at timestamptz not null,
      sent_at timestamptz,
      unique (intent_id, nonce, attempt)
    )`.execute(db);
  await sql`create table chains (chain_id bigint primary key, genesis_hash text not null)`.execute(db);
  await sql`
    create table chain_keys (
      chain_id bigint not null,
      key_address text not null,
      next_nonce bigint not null,
      primary key (chain_id, key_address)
    )`.execute(db);
}
