import { setImmediate as turn } from 'node:timers/promises';
import { CompiledQuery } from 'kysely';
import type { WallClock } from '../clock.js';
import type { Database } from '../database/open-database.js';
import { serviceError } from '../errors.js';

/** Remembers which requests were served, beyond the life of the process and for all processes of the database. */
export interface UsedRequestIds {
  /**
   * True the first time, false when it was claimed before. The claim must last as long as the request could be replayed;
   * after that it is forgotten some time.
   * Claims that come while others are being written are written together by one statement.
   * @param id with everything that makes it unique, such as the session
   * @param expiresAt [ms]
   * @throws AppError claims_waiting if too many wait; what the database throws
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
  /** Claims that may wait for those before them. */
  readonly maxWaiting?: number;
}

interface Claim {
  readonly id: string;
  readonly expiresAt: number;
  readonly resolve: (isFirst: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** Rows deleted by one statement. */
const PRUNE_BATCH = 5_000;
/** Rows written by one statement. */
const CLAIM_BATCH = 500;

export function createUsedRequestIds(
  { database: { sql }, clock }: StoreDeps,
  { claimsPerPrune = 1_000, maxWaiting = 10_000 }: StoreOptions = {},
): UsedRequestIds {
  const waiting: Claim[] = [];
  let isWriting = false;
  let sincePrune = 0;

  async function prune(): Promise<number> {
    const expired = sql.selectFrom('used_request_ids').select('id').where('expires_at', '<=', new Date(clock.now()));
    const { numDeletedRows } = await sql
      .deleteFrom('used_request_ids')
      .where('id', 'in', expired.limit(PRUNE_BATCH))
      .executeTakeFirst();
    return Number(numDeletedRows);
  }

  /** @returns the ids that were free. Sorted, so that two processes never wait for each other. */
  async function write(claims: ReadonlyMap<string, number>): Promise<Set<string>> {
    const ids = [...claims.keys()].sort();
    const values = ids.flatMap((id) => [id, new Date(claims.get(id) ?? 0).toISOString()]);
    const { rows } = await sql.executeQuery<{ id: string }>(CompiledQuery.raw(claimOf(ids.length), values));
    return new Set(rows.map(({ id }) => id));
  }

  async function settle(batch: readonly Claim[]): Promise<void> {
    try {
      sincePrune += batch.length;
      if (sincePrune >= claimsPerPrune) {
        sincePrune = 0;
        await prune();
      }
      const free = await write(new Map(batch.map(({ id, expiresAt }) => [id, expiresAt])));
      // Of several claims of one id in one batch the first has it.
      for (const { id, resolve } of batch) resolve(free.delete(id));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function writeWaiting(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      // What came in the same turn goes together.
      await turn();
      await settle(waiting.splice(0, CLAIM_BATCH));
    }
    isWriting = false;
  }

  return {
    prune,
    claim(id, expiresAt) {
      if (waiting.length >= maxWaiting) return Promise.reject(serviceError('claims_waiting', { waiting: maxWaiting }));
      return new Promise((resolve, reject) => {
        waiting.push({ id, expiresAt, resolve, reject });
        void writeWaiting();
      });
    },
  };
}

const claimTexts = new Map<number, string>();

/** The statement for so many claims, put together once: building it took longer than the database takes. */
function claimOf(count: number): string {
  const known = claimTexts.get(count);
  if (known !== undefined) return known;
  const values = Array.from({ length: count }, (_, at) => `($${2 * at + 1}, $${2 * at + 2})`).join(', ');
  const text = `insert into used_request_ids (id, expires_at) values ${values} on conflict (id) do nothing returning id`;
  claimTexts.set(count, text);
  return text;
}
