import {
  createKeyUsage,
  createSessionSpending,
  type Database,
  type KeyUsage,
  type SessionSpending,
} from '@yellowstone/service';
import { openEmptyDatabase } from './empty-database.js';

/** A real database in memory, with books for each test. */
export interface TestStores {
  readonly database: Database;
  readonly keyUsage: KeyUsage;
  /** Books of an account that nobody used yet. */
  emptyBooks(): SessionSpending;
  stop(): Promise<void>;
}

export async function openTestStores(clock: { now(): number } = Date): Promise<TestStores> {
  const database = await openEmptyDatabase();
  let accounts = 0;
  return {
    database,
    keyUsage: createKeyUsage({ database }),
    emptyBooks: () => createSessionSpending({ database, clock }, `account ${(accounts += 1)}`),
    stop: () => database.close(),
  };
}
