import type { RpcHealth } from '@yellowstone/client';
import {
  type ChainJournal,
  createHttpServer,
  createMetrics,
  type Database,
  type HttpServer,
  type KeyUsage,
  listen,
  type Listening,
  type Log,
  type Metrics,
  observeHttp,
  type RequestKeys,
  type SessionSpending,
} from '@yellowstone/service';
import type { Authenticate, Caller } from '../api-access.js';
import type { ModelEntry } from '../backends/model-entry.js';
import { DEFAULT_TIMEOUTS } from '../carriage/exchange.js';
import type { Chain } from '../chain/chain.js';
import { translateError } from '../chain/chain-failures.js';
import { type Clock, systemClock } from '../clock.js';
import { installAccess } from '../operator/access.js';
import { installDocumentation } from '../operator/documentation.js';
import { type OperatorDeps, operatorRoutes } from '../operator/operator-routes.js';
import { createRequestKeyOf } from '../operator/request-key.js';
import { completionRoutes } from './completions/completion-routes.js';
import { notCarriedRoutes } from './completions/not-carried-routes.js';
import { toJudgedBidsBody } from './market/bid-body.js';
import { marketRoutes } from './market/market-routes.js';
import type { MarketModel } from './market-model.js';
import { modelRoutes } from './models/model-routes.js';
import { sessionRoutes } from './sessions/session-routes.js';
import { type WiredAnswers, wireAnswers } from './wire-answers.js';
import { type SessionOptions, type WiredSessions, wireSessions } from './wire-sessions.js';

const NOTHING_TRIED = { tried: new Set<never>(), full: new Set<never>() };

export interface ConsumerNodeDeps {
  readonly chain: Chain;
  readonly log: Log;
  readonly clock?: Clock;
  /** Called before everything else; throws for who may not. Whoever it lets in spends the wallet's money. */
  readonly authenticate: Authenticate;
  /** How the endpoints of the chain are; told in the metrics. */
  readonly rpcHealth?: () => RpcHealth;
  /** Asked for what is on its way to the chain. */
  readonly journal?: Pick<ChainJournal, 'unfinished'>;
  /** Asked for `/readyz`. */
  readonly database?: Pick<Database, 'ping'>;
  /** Outlives the process: which requests can be sent again. */
  readonly requestKeys: RequestKeys;
  /** Outlives the process: what sessions cost, by day. */
  readonly spending: SessionSpending;
  /** Outlives the process: what API keys used, by day. */
  readonly keyUsage: KeyUsage;
  /** The keys that `authenticate` knows; without them none can be made over HTTP. */
  readonly apiKeys?: OperatorDeps['apiKeys'];
}

export interface ConsumerNodeOptions
  extends Omit<SessionOptions, 'timeouts'>, Partial<Pick<SessionOptions, 'timeouts'>> {
  readonly host?: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** Models of this machine: listed beside those of the market, used without a session, free. */
  readonly localModels?: readonly ModelEntry[];
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** How long running answers may go on when stopping [ms]. */
  readonly graceMs?: number;
}

/** Starts a consumer node: an OpenAI-compatible endpoint that buys sessions by itself, within limits. */
export async function createConsumerNode(deps: ConsumerNodeDeps, options: ConsumerNodeOptions): Promise<Listening> {
  const { chain, spending, keyUsage, log, clock = systemClock } = deps;
  const { host = '127.0.0.1', port = 8_083, timeouts = DEFAULT_TIMEOUTS, localModels = [], graceMs = 10_000 } = options;
  const sessions = await wireSessions({ chain, clock, spending, log }, { ...options, timeouts });
  let answers: WiredAnswers | undefined;
  const stop = async (): Promise<void> => {
    await Promise.all([sessions.stop(), answers?.stop()]);
  };
  try {
    const metrics = createMetrics();
    answers = await wireAnswers({ sessions, keyUsage, metrics, clock, log }, { localModels, timeouts });
    const server = await buildServer({ ...deps, clock, metrics, sessions, answers }, options);
    const listening = await listen(server, { host, port, graceMs });
    log.info({ url: listening.url, user: chain.writes.address }, 'consumer node is up');
    let stopping: Promise<void> | undefined;
    return { url: listening.url, stop: () => (stopping ??= listening.stop().finally(stop)) };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface ServerDeps extends ConsumerNodeDeps {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly sessions: WiredSessions;
  readonly answers: WiredAnswers;
}

/** Everything that is served; it does not listen yet. */
async function buildServer(deps: ServerDeps, options: ConsumerNodeOptions): Promise<HttpServer> {
  const { chain, clock, log, authenticate, requestKeys, spending, keyUsage, apiKeys, journal, database } = deps;
  const { metrics, rpcHealth } = deps;
  const { market, chooser, keeper, byHand, termsOf } = deps.sessions;
  const { local, complete } = deps.answers;
  const { allowedHosts = [], allowedOrigins = [], maxMorPerDay } = options;
  const policyOf = (caller: Caller | undefined) => termsOf(caller).policy;
  const judge = ({ id, model, bids }: MarketModel, caller: Caller | undefined) => {
    const judged = chooser.judge(bids, { policy: policyOf(caller), ...NOTHING_TRIED });
    return toJudgedBidsBody({ id, modelId: model.modelId }, judged).bids;
  };
  const server = createHttpServer({ log }, { allowedHosts, allowedOrigins, translate: translateError });
  observeHttp(server, metrics);
  installAccess(server, authenticate);
  await installDocumentation(server);
  await server.register(modelRoutes({ market, judge, local }));
  await server.register(completionRoutes({ complete }));
  await server.register(notCarriedRoutes);
  await server.register(marketRoutes({ market, chooser, policyOf }));
  await server.register(sessionRoutes({ keeper, requestKeyOf: createRequestKeyOf({ requestKeys }) }));
  const { closeHeld } = keeper;
  const known = { chain, clock, books: { journal, spending }, requestKeys, apiKeys, keyUsage, needs: { database } };
  const held = (): string[] => keeper.list().map(({ session }) => session.bid.modelId);
  const measured = { metrics, rpcHealth, sessions: held };
  await server.register(operatorRoutes({ ...known, measured, open: byHand, closeHeld }, { maxMorPerDay }));
  return server;
}
