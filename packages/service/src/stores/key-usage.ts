import { sql as raw } from 'kysely';
import type { Database } from '../database/open-database.js';

/** What a key used on one UTC day. */
export interface DayUsage {
  readonly requests: bigint;
  readonly tokens: bigint;
}

/** What API keys used, by UTC day. */
export interface KeyUsage {
  add(keyId: string, day: bigint, used: DayUsage): Promise<void>;
  of(keyId: string, day: bigint): Promise<DayUsage>;
}

/** Longer than anybody asks back. */
const KEPT_DAYS = 400n;

export function createKeyUsage({ database: { sql } }: { readonly database: Pick<Database, 'sql'> }): KeyUsage {
  return {
    async add(keyId, day, { requests, tokens }) {
      await sql
        .insertInto('key_usage')
        .values({ key_id: keyId, day, requests, tokens })
        .onConflict((conflict) =>
          conflict.columns(['key_id', 'day']).doUpdateSet({
            requests: raw`key_usage.requests + excluded.requests`,
            tokens: raw`key_usage.tokens + excluded.tokens`,
          }),
        )
        .execute();
      await sql
        .deleteFrom('key_usage')
        .where('key_id', '=', keyId)
        .where('day', '<', day - KEPT_DAYS)
        .execute();
    },

    async of(keyId, day) {
      const ours = sql.selectFrom('key_usage').select(['requests', 'tokens']).where('key_id', '=', keyId);
      return (await ours.where('day', '=', day).executeTakeFirst()) ?? { requests: 0n, tokens: 0n };
    },
  };
}
