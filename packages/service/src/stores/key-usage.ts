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
  /** Of all keys that used something or had sessions opened on a day. */
  ofAll(day: bigint): Promise<ReadonlyMap<string, DayUsage & { /** [MOR-wei] */ readonly spentMor: bigint }>>;
}

const NOTHING: DayUsage = { requests: 0n, tokens: 0n };
/** Longer than anybody asks back. */
const KEPT_DAYS = 400n;

export function createKeyUsage({ database: { sql } }: { readonly database: Pick<Database, 'sql'> }): KeyUsage {
  return {
    async add(keyId, day, { requests, tokens }) {
      const { requests: all } = await sql
        .insertInto('key_usage')
        .values({ key_id: keyId, day, requests, tokens })
        .onConflict((conflict) =>
          conflict.columns(['key_id', 'day']).doUpdateSet({
            requests: raw`key_usage.requests + excluded.requests`,
            tokens: raw`key_usage.tokens + excluded.tokens`,
          }),
        )
        .returning('requests')
        .executeTakeFirstOrThrow();
      // The first of a day clears away what nobody asks for any more.
      if (all !== requests) return;
      await sql
        .deleteFrom('key_usage')
        .where('key_id', '=', keyId)
        .where('day', '<', day - KEPT_DAYS)
        .execute();
    },

    async of(keyId, day) {
      const ours = sql.selectFrom('key_usage').select(['requests', 'tokens']).where('key_id', '=', keyId);
      return (await ours.where('day', '=', day).executeTakeFirst()) ?? NOTHING;
    },

    async ofAll(day) {
      const used = await sql.selectFrom('key_usage').selectAll().where('day', '=', day).execute();
      const spent = await sql
        .selectFrom('session_spending')
        .select((all) => ['key_id', all.fn.sum<string>('cost_mor').as('spent')])
        .where('day', '=', day)
        .where('key_id', 'is not', null)
        .groupBy('key_id')
        .execute();
      const ids = new Set([...used, ...spent].flatMap(({ key_id }) => key_id ?? []));
      return new Map(
        [...ids].map((id) => {
          const { requests, tokens } = used.find(({ key_id }) => key_id === id) ?? NOTHING;
          const spentMor = BigInt(spent.find(({ key_id }) => key_id === id)?.spent ?? 0);
          return [id, { requests, tokens, spentMor }];
        }),
      );
    },
  };
}
