import { createLog, type Secret, type WantedApiKey } from '@yellowstone/service';
import type { ApiScope } from '../api-access.js';
import type { StoreConfig } from '../config.js';
import { openNodeStore } from './open-node-store.js';

/**
 * Makes one API key of a node that does not run, and its database when there is none yet.
 * @returns the key, which is kept nowhere. @throws AppError database_in_use while the node runs on the folder
 */
export async function makeApiKey(
  config: Pick<StoreConfig, 'dataDir' | 'databaseUrl'>,
  wanted: WantedApiKey<ApiScope>,
): Promise<Secret> {
  const store = await openNodeStore(config, { log: createLog({ name: 'yellowstone-keys', level: 'silent' }) });
  try {
    return (await store.apiKeys.create(wanted)).token;
  } finally {
    await store.stop();
  }
}
