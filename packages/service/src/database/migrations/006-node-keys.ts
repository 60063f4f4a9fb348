import { sql, type Kysely } from 'kysely';

/** Keys of a provider's node that change every day; the private halves are sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table node_keys (
      owner text not null,
      endpoint_hash text not null,
      period bigint not null,
      public_key text not null,
      sealed_keys text not null,
      valid_until bigint not null,
      primary key (owner, endpoint_hash, period)
    )`.execute(db);
}
