import { type Address, dayOf } from '@yellowstone/protocol';
import type {
  ApiKeys,
  ChainJournal,
  HttpServer,
  KeyUsage,
  Metrics,
  RequestKeys,
  SessionSpending,
} from '@yellowstone/service';
import type { ApiScope } from '../api-access.js';
import type { Chain } from '../chain/chain.js';
import type { Clock } from '../clock.js';
import type { ReportEarnings } from '../earnings/report-earnings.js';
import { type Overview, toOverview } from '../money/overview.js';
import { readMoney } from '../money/read-money.js';
import { type GaugeSources, registerNodeGauges } from '../metrics/node-gauges.js';
import { apiKeyRoutes } from './api-keys/api-key-routes.js';
import { bidRoutes } from './bids/bid-routes.js';
import { claimRoutes } from './claims/claim-routes.js';
import { modelRoutes } from './models/model-routes.js';
import { providerRoutes } from './providers/provider-routes.js';
import { type OpenSessions, openingRoutes } from './sessions/opening-routes.js';
import { type CloseSession, sessionRoutes } from './sessions/session-routes.js';
import { createRequestKeyOf } from './request-key.js';
import { createSettle, settled } from './settled.js';
import { stakeRoutes } from './stakes/stake-routes.js';
import { earningsRoutes } from './earnings/earnings-routes.js';
import { requireText } from './fields.js';
import { type Serving, servingRoutes } from './serving/serving-routes.js';
import { healthRoutes } from './system/health-routes.js';
import { metricsRoutes } from './system/metrics-routes.js';
import { createReadiness, type ReadyParts } from './system/readiness.js';
import { readyRoutes } from './system/ready-routes.js';
import { transactionRoutes } from './transactions/transaction-routes.js';
import { walletRoutes } from './wallet/wallet-routes.js';

export interface OperatorDeps {
  readonly chain: Pick<Chain, 'address' | 'domain' | 'reads' | 'writes' | 'writesFor'>;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** What is on its way to the chain, and what sessions cost. */
  readonly books?: OperatorBooks | undefined;
  /** What it needs for serving, beside the chain. */
  readonly needs?: ReadyParts | undefined;
  /** Which requests can be sent again. */
  readonly requestKeys: RequestKeys;
  /** The keys that open this API; without them none can be made here. */
  readonly apiKeys?: Pick<ApiKeys<ApiScope>, 'create' | 'list' | 'revoke'> | undefined;
  /** What they used; without it nothing is told. */
  readonly keyUsage?: Pick<KeyUsage, 'ofAll'> | undefined;
  /** What is measured, and of what; without it there is no `/metrics`. */
  readonly measured?: Measured | undefined;
  /** For nodes that serve models. */
  readonly serving?: Serving | undefined;
  /** For nodes that earn. */
  readonly reportEarnings?: ReportEarnings | undefined;
  /** For nodes that use sessions; without it none can be opened here. */
  readonly open?: OpenSessions | undefined;
  /** For nodes that use sessions: closes one that it holds; undefined = it does not. */
  readonly closeHeld?: ((...closing: Parameters<CloseSession>) => ReturnType<CloseSession> | undefined) | undefined;
}

/** What a node measures of itself. */
export interface Measured extends Pick<GaugeSources, 'rpcHealth' | 'sessions'> {
  readonly metrics: Metrics;
}

/** What a node wrote down of its money; what is absent is told as not known. */
export interface OperatorBooks {
  readonly journal?: Pick<ChainJournal, 'unfinished'> | undefined;
  readonly spending?: Pick<SessionSpending, 'spentOn'> | undefined;
}

export interface OperatorOptions {
  /** The most that sessions opened on one UTC day may cost [MOR-wei]. */
  readonly maxMorPerDay?: bigint | undefined;
  /** Whose offer it is; the account that signs by default. */
  readonly provider?: Address | undefined;
  /** How long a request waits for its transaction [ms]. */
  readonly settleTimeoutMs?: number | undefined;
}

const NO_USAGE: Pick<KeyUsage, 'ofAll'> = { ofAll: async () => new Map() };

/** Everything an operator can ask of a node, over HTTP. */
export function operatorRoutes(deps: OperatorDeps, options: OperatorOptions = {}) {
  const { chain, clock, books = {}, needs, requestKeys, apiKeys, keyUsage: usage = NO_USAGE } = deps;
  const { measured, serving, reportEarnings, open, closeHeld } = deps;
  const { reads, writes, address, domain } = chain;
  const { provider = address, settleTimeoutMs, maxMorPerDay } = options;
  const waiting = { timeoutMs: settleTimeoutMs };
  const requestKeyOf = createRequestKeyOf({ requestKeys });
  const settle = createSettle({ chain, requestKeyOf }, waiting);
  const close: CloseSession = async (sessionId, verdict = 'none') =>
    settled(await writes.closeSession({ sessionId, verdict }), waiting);
  const overview = async (): Promise<Overview> => {
    const now = await reads.now();
    const [money, pending, spentMor] = await Promise.all([
      readMoney(reads, { account: address, provider }, now),
      books.journal?.unfinished(),
      books.spending?.spentOn(dayOf(now)),
    ]);
    return toOverview(money, { spentMor, maxMorPerDay, pending }, clock.now());
  };
  const readiness = createReadiness({ chain, clock, ...needs });
  return async (server: HttpServer): Promise<void> => {
    server.addHook('preHandler', async ({ body }) => requireText(body));
    await server.register(healthRoutes({ clock }));
    await server.register(readyRoutes({ readiness }));
    if (measured !== undefined) {
      const { metrics, ...sources } = measured;
      registerNodeGauges({ metrics, clock }, { readiness, overview, models: serving?.models, ...sources });
      await server.register(metricsRoutes({ metrics }));
    }
    await server.register(walletRoutes({ address, overview }));
    await server.register(transactionRoutes({ reads, address, diamond: domain.verifyingContract, settle }));
    await server.register(providerRoutes({ reads, provider, settle }));
    await server.register(modelRoutes({ reads, provider, settle }));
    await server.register(bidRoutes({ reads, provider, settle }));
    await server.register(
      sessionRoutes({
        reads,
        address,
        requestKeyOf,
        close: (...closing) => closeHeld?.(...closing) ?? close(...closing),
      }),
    );
    if (open !== undefined) await server.register(openingRoutes({ open, requestKeyOf }));
    if (serving !== undefined) await server.register(servingRoutes(serving));
    if (reportEarnings !== undefined) {
      const names = (): [string, string][] =>
        [...(serving?.models.values() ?? [])].map(({ backend: { entry } }) => [entry.modelId, entry.name]);
      const nameOf = (modelId: string): string | undefined => new Map(names()).get(modelId);
      await server.register(earningsRoutes({ report: reportEarnings, nameOf, clock }));
    }
    await server.register(stakeRoutes({ reads, address, settle }));
    if (apiKeys !== undefined) await server.register(apiKeyRoutes({ apiKeys, usage, clock }));
    await server.register(claimRoutes({ reads, provider, settle }));
  };
}
