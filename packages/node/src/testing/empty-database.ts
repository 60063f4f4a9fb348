import { readFileSync } from 'node:fs';
import { type Database, type Log, openDatabase } from '@yellowstone/service';
import { inject } from 'vitest';
import { quietLog } from './keys.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A file with the data directory of an empty PGlite. */
    emptyDataDir: string;
  }
}

/** A real database in memory with nothing in it. */
export async function openEmptyDatabase(log: Log = quietLog): Promise<Database> {
  return openDatabase({ log }, { inMemory: new Blob([readFileSync(inject('emptyDataDir'))]) });
}
