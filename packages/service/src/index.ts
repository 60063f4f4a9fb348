export * from './app-error.js';
export * from './clock.js';
export * from './config.js';
export * from './database/look-into-database.js';
export {
  openDatabase,
  type Database,
  type DatabaseDeps,
  type DatabaseOptions,
  type DatabasePlace,
} from './database/open-database.js';
export type { Schema } from './database/schema.js';
export * from './env-example.js';
export * from './errors.js';
export * from './http-envelope.js';
export * from './http-gate.js';
export * from './http-server.js';
export * from './journal/create-chain-journal.js';
export * from './journal/intent-state.js';
export * from './journal/intent.js';
export * from './journal/list-intents.js';
export * from './keys/keystore.js';
export * from './keys/load-key.js';
export * from './keys/password.js';
export * from './keys/read-private-file.js';
export * from './keys/sealer.js';
export * from './log.js';
export * from './metrics.js';
export * from './secret.js';
export * from './stop-signal.js';
export type { ApiKeyLimits } from './stores/api-key-limits.js';
export * from './stores/api-keys.js';
export * from './stores/node-keys.js';
export * from './stores/earned-money.js';
export * from './stores/key-usage.js';
export * from './stores/request-keys.js';
export * from './stores/served-answers.js';
export * from './stores/session-spending.js';
export * from './stores/used-request-ids.js';
