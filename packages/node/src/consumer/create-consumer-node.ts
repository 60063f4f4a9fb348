import {
  type ChainJournal,
  createHttpServer,
  type Database,
  type KeyUsage,
  listen,
  type Listening,
  type Log,
  type RequestKeys,
  type SessionSpending,
} from '@yellowstone/service';
import { Agent } from 'undici';
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
import { type Complete, createComplete } from './completions/complete.js';
import { completionRoutes } from './completions/completion-routes.js';
import { metered } from './completions/metered.js';
import { notCarriedRoutes } from './completions/not-carried-routes.js';
import { relayRequest } from './completions/relay-request.js';
import { createKeyGate } from './keys/key-gate.js';
import { startLocalModels } from './local/local-models.js';
import { toJudgedBidsBody } from './market/bid-body.js';
import { marketRoutes } from './market/market-routes.js';
import type { MarketModel } from './market-model.js';
import { modelRoutes } from './models/model-routes.js';
import { sessionRoutes } from './sessions/session-routes.js';
import { type SessionOptions, wireSessions } from './wire-sessions.js';

const NOTHING_TRIED = { tried: new Set<never>(), full: new Set<never>() };

export interface ConsumerNodeDeps {
  readonly chain: Chain;
  readonly log: Log;
  readonly clock?: Clock;
  /** Called before everything else; throws for who may not. Whoever it lets in spends the wallet's money. */
  readonly authenticate: Authenticate;
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
  const { chain, authenticate, requestKeys, spending, keyUsage, apiKeys, journal, database } = deps;
  const { log, clock = systemClock } = deps;
  const { host = '127.0.0.1', port = 8_083, timeouts = DEFAULT_TIMEOUTS, localModels = [] } = options;
  // Models of this machine may be where providers may not.
  const dispatcher = new Agent({ connect: { timeout: timeouts.connectMs } });
  const local = await startLocalModels({ dispatcher, clock, log }, { models: localModels, timeouts });
  const stopLocal = async (): Promise<void> => {
    await local.stop();
    await dispatcher.destroy();
  };
  const sessions = await wireSessions({ chain, clock, spending, log }, { ...options, timeouts }).catch(
    async (error: unknown) => {
      await stopLocal();
      throw error;
    },
  );
  const { market, chooser, providers, keeper, byHand, termsOf } = sessions;
  const stop = async (): Promise<void> => {
    await Promise.all([sessions.stop(), stopLocal()]);
  };
  const complete = createComplete({
    async findModel(name) {
      const found = await market.find(name);
      return found === undefined ? undefined : { id: found.id, modelId: found.model.modelId };
    },
    termsOf,
    sessions: keeper,
    relay: (request, reply) => relayRequest({ providers, clock }, request, reply),
    log,
  });
  const answer: Complete = (request, reply) =>
    local.has(request.model) ? local.answer(request, reply) : complete(request, reply);
  const policyOf = (caller: Caller | undefined) => termsOf(caller).policy;
  const judge = ({ id, model, bids }: MarketModel, caller: Caller | undefined) =>
    toJudgedBidsBody(
      { id, modelId: model.modelId },
      chooser.judge(bids, { policy: policyOf(caller), ...NOTHING_TRIED }),
    ).bids;
  const gate = createKeyGate({ usage: keyUsage, clock, log });
  try {
    const { allowedHosts = [], allowedOrigins = [], graceMs = 10_000 } = options;
    const server = createHttpServer({ log }, { allowedHosts, allowedOrigins, translate: translateError });
    installAccess(server, authenticate);
    await installDocumentation(server);
    await server.register(modelRoutes({ market, judge, local }));
    await server.register(completionRoutes({ complete: metered(gate, answer) }));
    await server.register(notCarriedRoutes);
    await server.register(marketRoutes({ market, chooser, policyOf }));
    await server.register(sessionRoutes({ keeper, requestKeyOf: createRequestKeyOf({ requestKeys }) }));
    const { closeHeld } = keeper;
    const books = { journal, spending };
    const operator = {
      chain,
      clock,
      books,
      requestKeys,
      apiKeys,
      keyUsage,
      needs: { database },
      open: byHand,
      closeHeld,
    };
    await server.register(operatorRoutes(operator, { maxMorPerDay: options.maxMorPerDay }));
    const listening = await listen(server, { host, port, graceMs });
    log.info({ url: listening.url, user: chain.writes.address }, 'consumer node is up');
    let stopping: Promise<void> | undefined;
    return { url: listening.url, stop: () => (stopping ??= listening.stop().finally(stop)) };
  } catch (error) {
    await stop();
    throw error;
  }
}
