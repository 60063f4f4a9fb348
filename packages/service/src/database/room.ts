import { statfsSync } from 'node:fs';
import type { PostgresPool, PostgresQueryResult } from 'kysely';
import { serviceError } from '../errors.js';

const MEBIBYTE = 1_048_576;
/** A segment of the write-ahead log is 16 MiB; what is begun must be written to its end. */
const NEEDED_MIB = 48;
/** PostgreSQL's `disk_full`. */
const DISK_FULL = '53100';

/** @throws AppError database_full when a folder has too little room for beginning anything. */
export function requireRoomIn(folder: string): void {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const freeMib = Math.floor((bavail * bsize) / MEBIBYTE);
  // Some file systems do not tell.
  if (blocks > 0 && freeMib < NEEDED_MIB) throw full(`${freeMib} MiB are free, ${NEEDED_MIB} MiB are needed`);
}

/** A pool whose statements fail with database_full when the server has no room. */
export function tellingFullDisks(pool: PostgresPool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      const query = async (text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> => {
        try {
          return await client.query(text, parameters);
        } catch (cause) {
          const isFull = cause instanceof Error && 'code' in cause && cause.code === DISK_FULL;
          throw isFull ? full('no room is left', { cause }) : cause;
        }
      };
      // kysely's other form is for cursors, which nobody uses here.
      return { query: query as never, release: () => client.release() };
    },
    end: () => pool.end(),
  };
}

function full(reason: string, extras?: { readonly cause: unknown }): Error {
  return serviceError('database_full', { reason }, { retryAfterSeconds: 30, ...extras });
}
