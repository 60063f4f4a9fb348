import { randomUUID } from 'node:crypto';
import {
  createHttpServer,
  type Database,
  listen,
  type Listening,
  type Log,
  type RequestKeys,
} from '@yellowstone/service';
import { Agent } from 'undici';
import type { Authenticate } from '../api-access.js';
import { DEFAULT_TIMEOUTS, type ExchangeTimeouts } from '../carriage/exchange.js';
import { type Chain, createChainClock } from '../chain/chain.js';
import { type Clock, systemClock } from '../clock.js';
import { translateError } from '../chain/chain-failures.js';
import { installAccess } from '../operator/access.js';
import { installDocumentation } from '../operator/documentation.js';
import { type OperatorDeps, operatorRoutes } from '../operator/operator-routes.js';
import { createRequestKeyOf } from '../operator/request-key.js';
import { createComplete } from './completions/complete.js';
import { completionRoutes } from './completions/completion-routes.js';
import { relayRequest } from './completions/relay-request.js';
import { checkedLookup } from './endpoints/checked-lookup.js';
import { endpointUrl, type EndpointPolicy } from './endpoints/endpoint.js';
import { createCandidates } from './market/candidates.js';
import { createMarket } from './market/market.js';
import { modelRoutes } from './models/model-routes.js';
import { createProviderClient } from './provider-client.js';
import { createBuySession, type SpendingLimits } from './sessions/buy-session.js';
import { createEndSession } from './sessions/end-session.js';
import { type BuyWithin, createOpenByHand } from './sessions/open-by-hand.js';
import { createSessionKeeper } from './sessions/session-keeper.js';
import { sessionRoutes } from './sessions/session-routes.js';

export interface ConsumerNodeDeps {
  readonly chain: Chain;
  readonly log: Log;
  readonly clock?: Clock;
  /** Called before everything else; throws for who may not. Whoever it lets in spends the wallet's money. */
  readonly authenticate: Authenticate;
  /** Asked for `/readyz`. */
  readonly database?: Pick<Database, 'ping'>;
  /** Outlives the process: which requests can be sent again. */
  readonly requestKeys: RequestKeys;
  /** The keys that `authenticate` knows; without them none can be made over HTTP. */
  readonly apiKeys?: OperatorDeps['apiKeys'];
}

export interface ConsumerNodeOptions extends SpendingLimits {
  /** [MOR-wei per second] */
  readonly maxPricePerSecondMor: bigint;
  readonly host?: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** For development: providers may listen on loopback and private nets. */
  readonly allowPrivateEndpoints?: boolean;
  readonly allowedHosts?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  readonly timeouts?: ExchangeTimeouts;
  /** How long running answers may go on when stopping [ms]. */
  readonly graceMs?: number;
}

/** Starts a consumer node: an OpenAI-compatible endpoint that buys sessions by itself, within limits. */
export async function createConsumerNode(deps: ConsumerNodeDeps, options: ConsumerNodeOptions): Promise<Listening> {
  const { chain, authenticate, requestKeys, apiKeys, database, log, clock = systemClock } = deps;
  const { host = '127.0.0.1', port = 8_083, timeouts = DEFAULT_TIMEOUTS, allowPrivateEndpoints = false } = options;
  const { domain, reads, writes, signer } = chain;
  const policy: EndpointPolicy = { allowPrivate: allowPrivateEndpoints };
  const connect = { timeout: timeouts.connectMs, lookup: checkedLookup(policy) };
  const dispatcher = new Agent({ connect });
  const chainClock = createChainClock({ reads, clock });

  const urlOf = (endpoint: string): string => endpointUrl(endpoint, policy);
  const providers = createProviderClient(
    { domain, signer, reads, chainClock, dispatcher, randomUuid: randomUUID, urlOf },
    { timeouts, user: writes.address },
  );
  const market = createMarket({ reads, clock });
  const isEndpointAllowed = (endpoint: string): boolean => succeeds(() => urlOf(endpoint));
  const candidatesOf = createCandidates({ market, isEndpointAllowed }, options);
  const buyWithin: BuyWithin = (limits, openSession = writes.openSession) => {
    const { address, approveMor } = writes;
    const ours = { address, approveMor, openSession };
    return createBuySession({ domain, reads, writes: ours, chainClock, providers, log }, limits);
  };
  const keeper = await createSessionKeeper(
    {
      reads,
      chainClock,
      clock,
      candidatesOf,
      buy: buyWithin(options),
      end: createEndSession({ domain, reads, writes, providers, log }),
      log,
    },
    { user: writes.address },
  );
  const complete = createComplete({
    async findModel(name) {
      const found = await market.find(name);
      return found === undefined ? undefined : { id: found.id, modelId: found.model.modelId };
    },
    sessions: keeper,
    relay: (request, reply) => relayRequest({ providers, clock }, request, reply),
    log,
  });
  const stopKeeper = async (): Promise<void> => {
    await keeper.stop();
    await dispatcher.destroy();
  };
  try {
    const { allowedHosts = [], allowedOrigins = [], graceMs = 10_000 } = options;
    const server = createHttpServer({ log }, { allowedHosts, allowedOrigins, translate: translateError });
    installAccess(server, authenticate);
    await installDocumentation(server);
    await server.register(modelRoutes({ market }));
    await server.register(completionRoutes({ complete }));
    await server.register(sessionRoutes({ keeper, requestKeyOf: createRequestKeyOf({ requestKeys }) }));
    const open = createOpenByHand({ chain, candidatesOf, buyWithin, keep: keeper.keep, log }, options);
    const { closeHeld } = keeper;
    await server.register(operatorRoutes({ chain, clock, requestKeys, apiKeys, needs: { database }, open, closeHeld }));
    const listening = await listen(server, { host, port, graceMs });
    log.info({ url: listening.url, user: writes.address }, 'consumer node is up');
    let stopping: Promise<void> | undefined;
    return { url: listening.url, stop: () => (stopping ??= listening.stop().finally(stopKeeper)) };
  } catch (error) {
    await stopKeeper();
    throw error;
  }
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
