import {
  type ApiKeys,
  createApiKeys,
  createKeyUsage,
  createUsedRequestIds,
  type Database,
  type KeyUsage,
  type Log,
  openDatabase,
  type UsedRequestIds,
} from '@yellowstone/service';
import { API_SCOPES, type ApiScope } from '../api-access.js';
import { type Clock, systemClock } from '../clock.js';
import type { StoreConfig } from '../config.js';

/** The database of a node, and what needs no chain. */
export interface NodeStore {
  readonly database: Database;
  /** None exists before the operator makes one. */
  readonly apiKeys: ApiKeys<ApiScope>;
  readonly usedRequestIds: UsedRequestIds;
  readonly keyUsage: KeyUsage;
  stop(): Promise<void>;
}

interface StoreDeps {
  readonly log: Log;
  readonly clock?: Pick<Clock, 'now'>;
}

/**
 * Opens the database of a node alone, for making API keys for instance.
 * @throws AppError database_in_use while the node runs on a folder, database_unreachable, database_newer,
 *   database_migration_failed
 */
export async function openNodeStore(
  { dataDir, databaseUrl }: Pick<StoreConfig, 'dataDir' | 'databaseUrl'>,
  { log, clock = systemClock }: StoreDeps,
): Promise<NodeStore> {
  const database = await openDatabase({ log }, databaseUrl === undefined ? { dataDir } : { url: databaseUrl });
  return {
    database,
    apiKeys: createApiKeys({ database, clock }, { scopes: API_SCOPES }),
    keyUsage: createKeyUsage({ database }),
    usedRequestIds: createUsedRequestIds({ database, clock }),
    stop: () => database.close(),
  };
}
