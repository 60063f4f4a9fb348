import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';

/** Remembers which requests were served, beyond the life of the process and for all processes of the database. */
export interface UsedRequestIds {
  /**
   * True the first time, false when it was claimed before. The claim must last as long as the request could be replayed.
   * @param id with everything that makes it unique, such as the session
   * @param expiresAt [ms]
   */
  claim(id: string, expiresAt: number): Promise<boolean>;
  /** Deletes what expired. @returns how many */
  prune(): Promise<number>;
}

interface StoreDeps {
  readonly database: Pick<Database, 'sql'>;
  readonly clock: WallClock;
}

interface StoreOptions {
  /** What expired is deleted after so many claims. */
  readonly claimsPerPrune?: number;
}

/** Rows deleted by one statement. */
const PRUNE_BATCH = 5_000;

export function createUsedRequestIds(
  { database: { sql }, clock }: StoreDeps,
  { claimsPerPrune = 1_000 }: StoreOptions = {},
): UsedRequestIds {
  let claims = 0;

  async function prune(): Promise<number> {
    const expired = sql.selectFrom('used_request_ids').select('id').where('expires_at', '<=', new Date(clock.now()));
    const { numDeletedRows } = await sql
      .deleteFrom('used_request_ids')
      .where('id', 'in', expired.limit(PRUNE_BATCH))
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  return {
    prune,
    async claim(id, expiresAt) {
      claims += 1;
      if (claims % claimsPerPrune === 0) await prune();
      const expires_at = new Date(expiresAt);
      const claimed = await sql
        .insertInto('used_request_ids')
        .values({ id, expires_at })
        // An expired claim counts as forgotten whether or not it was deleted yet.
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet({ expires_at })
            .where('used_request_ids.expires_at', '<=', new Date(clock.now())),
        )
        .returning('id')
        .executeTakeFirst();
      return claimed !== undefined;
    },
  };
}
