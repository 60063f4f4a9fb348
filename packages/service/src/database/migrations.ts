import type { Migration } from 'kysely';
import * as chainJournal from './migrations/001-chain-journal.js';
import * as usedRequestIds from './migrations/002-used-request-ids.js';
import * as apiKeys from './migrations/003-api-keys.js';
import * as apiKeyExpiry from './migrations/004-api-key-expiry.js';
import * as requestKeys from './migrations/005-request-keys.js';
import * as nodeKeys from './migrations/006-node-keys.js';
import * as servedAnswers from './migrations/007-served-answers.js';
import * as earnings from './migrations/008-earnings.js';
import * as apiKeyLimits from './migrations/009-api-key-limits.js';
import * as keyUsage from './migrations/010-key-usage.js';
import * as sessionSpending from './migrations/011-session-spending.js';

/** All migrations in order. They only go forward, and one that was released is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001-chain-journal': chainJournal,
  '002-used-request-ids': usedRequestIds,
  '003-api-keys': apiKeys,
  '004-api-key-expiry': apiKeyExpiry,
  '005-request-keys': requestKeys,
  '006-node-keys': nodeKeys,
  '007-served-answers': servedAnswers,
  '008-earnings': earnings,
  '009-api-key-limits': apiKeyLimits,
  '010-key-usage': keyUsage,
  '011-session-spending': sessionSpending,
};
