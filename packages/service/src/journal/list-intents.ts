import type { Database } from '../database/open-database.js';
import { intentOf } from './intent-rows.js';
import type { IntentState } from './intent-state.js';

/** A chain write without what it was called with. */
export interface IntentSummary {
  readonly id: string;
  readonly chainId: string;
  readonly kind: string;
  readonly state: IntentState;
  readonly nonce: number | undefined;
  /** Transactions that were signed for it. */
  readonly attempts: number;
  /** Of the last one. */
  readonly hash: string | undefined;
  readonly failureCode: string | undefined;
  /** [ms] */
  readonly createdAt: number;
  /** [ms] */
  readonly updatedAt: number;
}

/** The latest chain writes of all keys, the last one first. */
export async function listIntents(
  { sql }: Pick<Database, 'sql'>,
  { limit }: { readonly limit: number },
): Promise<readonly IntentSummary[]> {
  const rows = await sql.selectFrom('chain_intents').selectAll().orderBy('id', 'desc').limit(limit).execute();
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const signed = await sql
    .selectFrom('chain_transactions')
    .select(['intent_id', 'hash'])
    .where('intent_id', 'in', ids)
    .orderBy('nonce')
    .orderBy('attempt')
    .execute();
  return rows.map((row) => {
    const { kind, state, nonce, failure, createdAt, updatedAt } = intentOf(row);
    const hashes = signed.filter(({ intent_id }) => intent_id === row.id).map(({ hash }) => hash);
    return {
      id: String(row.id),
      chainId: String(row.chain_id),
      kind,
      state,
      nonce,
      attempts: hashes.length,
      hash: hashes.at(-1),
      failureCode: failure?.code,
      createdAt,
      updatedAt,
    };
  });
}
