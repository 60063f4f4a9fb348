import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';
import { serviceError } from '../errors.js';

/** Remembers which request each idempotency key stands for. */
export interface RequestKeys {
  /**
   * Takes a key for a request; the same request may take it again. Keys are kept as long as what was done under them.
   * @param fingerprint tells requests apart, such as a hash
   * @throws AppError intent_differs if the key stands for another request
   */
  claim(key: string, fingerprint: string): Promise<void>;
}

interface StoreDeps {
  readonly database: Pick<Database, 'sql'>;
  readonly clock: WallClock;
}

/** @param owner whose keys: others may use the same ones for something else */
export function createRequestKeys({ database: { sql }, clock }: StoreDeps, owner: string): RequestKeys {
  return {
    async claim(key, fingerprint) {
      await sql
        .insertInto('request_keys')
        .values({ owner, key, fingerprint, created_at: new Date(clock.now()) })
        .onConflict((conflict) => conflict.columns(['owner', 'key']).doNothing())
        .execute();
      const ours = sql.selectFrom('request_keys').select('fingerprint').where('owner', '=', owner);
      const known = await ours.where('key', '=', key).executeTakeFirstOrThrow();
      if (known.fingerprint !== fingerprint) throw serviceError('intent_differs', { idempotencyKey: key });
    },
  };
}
