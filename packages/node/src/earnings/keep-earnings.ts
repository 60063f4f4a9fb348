import type { Address } from '@yellowstone/protocol';
import {
  createEarnedMoney,
  createServedAnswers,
  type Database,
  type Log,
  type ServedAnswers,
} from '@yellowstone/service';
import type { NodeChain } from '../chain/chain.js';
import { isDevelopmentChain } from '../chain/development-chains.js';
import type { Clock } from '../clock.js';
import { type EarningsFollower, followEarnings } from './follow-earnings.js';
import { moneyChainOf } from './money-chain.js';
import { createEarningsReport, type ReportEarnings } from './report-earnings.js';

/** Everything that a provider's node knows of what it served and earned. */
export interface KeptEarnings {
  readonly served: ServedAnswers;
  readonly reportEarnings: ReportEarnings;
  readonly follower: EarningsFollower;
}

interface KeepDeps {
  readonly chain: Pick<NodeChain, 'connection' | 'domain' | 'reads'>;
  readonly database: Pick<Database, 'sql'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** A development chain is quiet between transactions: its earnings are looked for more often, and at once. */
const DEVELOPMENT = { confirmations: 0n, pollMs: 2_000 } as const;

/** Opens what is kept of a provider's earnings, and follows the chain from its first registration on. */
export function keepEarnings({ chain, database, clock, log }: KeepDeps, provider: Address): KeptEarnings {
  const { connection, domain, reads } = chain;
  const owner = `${domain.chainId} ${domain.verifyingContract} ${provider}`;
  const served = createServedAnswers({ database, clock }, owner);
  const earned = createEarnedMoney({ database }, owner);
  const pace = isDevelopmentChain(BigInt(domain.chainId)) ? DEVELOPMENT : {};
  const follower = followEarnings({ chain: moneyChainOf(connection, reads), earned, log }, { provider, ...pace });
  return { served, reportEarnings: createEarningsReport({ served, earned, reads }, { provider }), follower };
}
