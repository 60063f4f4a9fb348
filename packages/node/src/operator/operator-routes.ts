import type { Address } from '@yellowstone/protocol';
import type { HttpServer } from '@yellowstone/service';
import type { Chain } from '../chain/chain.js';
import type { Clock } from '../clock.js';
import { bidRoutes } from './bids/bid-routes.js';
import { claimRoutes } from './claims/claim-routes.js';
import { modelRoutes } from './models/model-routes.js';
import { providerRoutes } from './providers/provider-routes.js';
import { type OpenSessions, openingRoutes } from './sessions/opening-routes.js';
import { type CloseSession, sessionRoutes } from './sessions/session-routes.js';
import { createSettle } from './settled.js';
import { stakeRoutes } from './stakes/stake-routes.js';
import { healthRoutes } from './system/health-routes.js';
import { createReadiness, type ReadyParts } from './system/readiness.js';
import { readyRoutes } from './system/ready-routes.js';
import { transactionRoutes } from './transactions/transaction-routes.js';
import { walletRoutes } from './wallet/wallet-routes.js';

export interface OperatorDeps {
  readonly chain: Pick<Chain, 'address' | 'domain' | 'reads' | 'writes'>;
  readonly clock: Pick<Clock, 'monotonic'> & Partial<Pick<Clock, 'now'>>;
  /** What it needs for serving, beside the chain. */
  readonly needs?: ReadyParts | undefined;
  /** For nodes that use sessions; without it none can be opened here. */
  readonly open?: OpenSessions | undefined;
  /** For nodes that use sessions: closes one that it holds; undefined = it does not. */
  readonly closeHeld?: ((...closing: Parameters<CloseSession>) => ReturnType<CloseSession> | undefined) | undefined;
}

export interface OperatorOptions {
  /** Whose offer it is; the account that signs by default. */
  readonly provider?: Address | undefined;
  /** How long a request waits for its transaction [ms]. */
  readonly settleTimeoutMs?: number | undefined;
}

/** Everything an operator can ask of a node, over HTTP. */
export function operatorRoutes(deps: OperatorDeps, options: OperatorOptions = {}) {
  const { chain, clock, needs, open, closeHeld } = deps;
  const { reads, writes, address, domain } = chain;
  const { provider = address, settleTimeoutMs } = options;
  const settle = createSettle({ timeoutMs: settleTimeoutMs });
  const close: CloseSession = (sessionId, verdict) =>
    closeHeld?.(sessionId, verdict) ?? settle(writes.closeSession({ sessionId, verdict: verdict ?? 'none' }));
  return async (server: HttpServer): Promise<void> => {
    await server.register(healthRoutes({ clock }));
    await server.register(readyRoutes({ readiness: createReadiness({ chain, clock, ...needs }) }));
    await server.register(walletRoutes({ address }));
    await server.register(transactionRoutes({ reads, writes, diamond: domain.verifyingContract, settle }));
    await server.register(providerRoutes({ reads, writes, provider, settle }));
    await server.register(modelRoutes({ reads, writes, provider, settle }));
    await server.register(bidRoutes({ reads, writes, provider, settle }));
    await server.register(sessionRoutes({ reads, address, close }));
    if (open !== undefined) await server.register(openingRoutes({ open }));
    await server.register(stakeRoutes({ reads, writes, settle }));
    await server.register(claimRoutes({ reads, writes, provider, settle }));
  };
}
