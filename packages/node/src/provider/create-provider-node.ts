import { randomBytes } from 'node:crypto';
import type { Address } from '@yellowstone/protocol';
import type { RpcHealth } from '@yellowstone/client';
import {
  createHttpServer,
  createMetrics,
  type Database,
  listen,
  type Listening,
  type Log,
  type Metrics,
  type NodeKeyStore,
  observeHttp,
  type ServedAnswers,
  type UsedRequestIds,
} from '@yellowstone/service';
import { Agent } from 'undici';
import { DEFAULT_TIMEOUTS, type ExchangeTimeouts } from '../carriage/exchange.js';
import { createFleet, type Fleet } from '../backends/fleet.js';
import type { ModelEntry } from '../backends/model-entry.js';
import type { ModelsFile } from '../backends/open-models-file.js';
import { createSlots } from '../backends/slots.js';
import { startBackend } from '../backends/start-backend.js';
import { type Chain, createChainClock } from '../chain/chain.js';
import { type Clock, systemClock } from '../clock.js';
import { translateError } from '../chain/chain-failures.js';
import { nodeError } from '../errors.js';
import { createAnswerMetrics } from '../metrics/answer-metrics.js';
import { createOperatorApi, type OperatorApiDeps } from '../operator/create-operator-api.js';
import { createAdmission } from './admission.js';
import { createAnswerMeter } from './answer-meter.js';
import { approvalRoutes } from './approvals/approval-routes.js';
import { createApproveSession } from './approvals/approve-session.js';
import { inferenceRoutes } from './inference/inference-routes.js';
import { createServeAnswer } from './inference/serve-answer.js';
import { infoRoutes } from './info/info-routes.js';
import { createNodeKeyRing } from './node-key-ring.js';
import { receiptRoutes } from './receipts/receipt-routes.js';
import { createReplayMemory } from './replay-memory.js';
import { createSessionGate } from './session-gate.js';
import { createSessionSetups } from './session-setups.js';

export interface ProviderNodeDeps {
  readonly chain: Chain;
  /** Outlives the process, so that no request is served a second time after a restart. */
  readonly usedRequestIds: UsedRequestIds;
  /** Outlives the process too: what was sealed for this node can be read after a restart, and by its other processes. */
  readonly nodeKeyStore: NodeKeyStore;
  /** Outlives the process, so that receipts are over all of a session and earnings over all days. */
  readonly served: ServedAnswers;
  /** Who may use the operator's API, and what it remembers. Without it there is no such API. */
  readonly operator?: Pick<
    OperatorApiDeps,
    'authenticate' | 'requestKeys' | 'apiKeys' | 'keyUsage' | 'books' | 'reportEarnings'
  >;
  /** How the endpoints of the chain are; told in the metrics. */
  readonly rpcHealth?: () => RpcHealth;
  /** Asked for `/readyz`. */
  readonly database?: Pick<Database, 'ping'>;
  /** Where changed lists of models come from; without it the first one stays. */
  readonly modelsFile?: Pick<ModelsFile, 'follow' | 'reload' | 'status' | 'stop'>;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface ProviderNodeOptions {
  /** The first list of models. */
  readonly models: readonly ModelEntry[];
  readonly host?: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** Where the operator's API listens; loopback unless told otherwise. */
  readonly apiHost?: string;
  /** 8082 by default; 0 = any free port. */
  readonly apiPort?: number;
  /** The provider on chain; the key itself unless it signs as a delegate. */
  readonly provider?: Address;
  /** Host names served beside the loopback names and the one of the endpoint on chain. */
  readonly allowedHosts?: readonly string[];
  readonly timeouts?: ExchangeTimeouts;
  /** How long running answers may go on when stopping; backends and database need the rest of half a minute [ms]. */
  readonly graceMs?: number;
}

const APPROVALS_AT_ONCE = 8;
const APPROVALS_WAITING = 64;
/** Opening a set-up takes milliseconds of computing. */
const SETUPS_AT_ONCE = 4;
const SETUPS_WAITING = 256;

/** A provider node that listens. */
export interface ProviderNode extends Listening {
  /** Where the operator's API is; undefined without one. */
  readonly apiUrl: string | undefined;
}

/** Starts a provider node: backends first, then the server in front of them, and the operator's API beside it. */
export async function createProviderNode(deps: ProviderNodeDeps, options: ProviderNodeOptions): Promise<ProviderNode> {
  const { chain, usedRequestIds, nodeKeyStore, served, log, clock = systemClock } = deps;
  const { host = '127.0.0.1', port = 3_333, provider = chain.address, timeouts = DEFAULT_TIMEOUTS } = options;
  await requireDelegate(chain, provider);

  const dispatcher = new Agent({ connect: { timeout: timeouts.connectMs } });
  const fleet = createFleet({ log, clock, start: (entry) => startBackend({ log, clock, dispatcher }, entry) });
  const meter = createAnswerMeter({ served, clock, log });
  const { domain, reads, signer } = chain;
  const chainClock = createChainClock({ reads, clock });
  const ring = createNodeKeyRing({ store: nodeKeyStore, signer, domain, reads, chainClock, clock, log }, { provider });
  const stopBackends = async (): Promise<void> => {
    ring.stop();
    await meter.stop();
    await deps.modelsFile?.stop();
    await fleet.stop();
    await dispatcher.destroy();
  };
  try {
    const { models } = fleet;
    for (const { error } of await fleet.apply(options.models)) throw error as Error;
    const gate = createSessionGate({ reads, clock }, { provider });
    const opening = createSlots({ clock }, { name: 'set-ups', slots: SETUPS_AT_ONCE, queue: SETUPS_WAITING });
    const setups = createSessionSetups({ domain, gate, ring, chainClock, slots: opening });
    const admission = createAdmission({ chainClock, setups, gate, replay: createReplayMemory({ usedRequestIds }) });
    const metrics = createMetrics();
    const answers = createAnswerMetrics(metrics, 'provider');
    const serve = createServeAnswer({ models, meter, answers, clock, dispatcher, log }, { timeouts });
    const approve = createApproveSession({ reads, chainClock, domain, signer, models, randomNonce }, { provider });
    const slots = createSlots({ clock }, { name: 'approvals', slots: APPROVALS_AT_ONCE, queue: APPROVALS_WAITING });

    const { allowedHosts = [] } = options;
    const ownHost = hostNameOf((await reads.provider(provider))?.endpoint ?? '');
    const server = createHttpServer(
      { log },
      { allowedHosts: [...allowedHosts, ...ownHost], translate: translateError },
    );
    observeHttp(server, metrics);
    await server.register(infoRoutes({ reads, clock, models, ring }, { provider, signer: chain.address }));
    await server.register(approvalRoutes({ approve, slots }));
    await server.register(inferenceRoutes({ admission, serve }));
    await server.register(receiptRoutes({ admission, meter, domain, signer, chainClock }));

    const { graceMs = 20_000 } = options;
    const api = await listenForOperator(deps, options, { ...fleet, metrics });
    const listening = await listen(server, { host, port, graceMs }).catch(async (error: unknown) => {
      await api?.stop();
      throw error;
    });
    deps.modelsFile?.follow(fleet.apply);
    const { url } = listening;
    const apiUrl = api?.url;
    log.info({ url, apiUrl, provider, signer: chain.address, models: models.size }, 'provider node is up');
    const stop = async (): Promise<void> => {
      await Promise.all([listening.stop(), api?.stop()]).finally(stopBackends);
    };
    let stopping: Promise<void> | undefined;
    return { url, apiUrl, stop: () => (stopping ??= stop()) };
  } catch (error) {
    await stopBackends();
    throw error;
  }
}

async function listenForOperator(
  { chain, operator, database, modelsFile, rpcHealth, log, clock = systemClock }: ProviderNodeDeps,
  { provider, apiHost = '127.0.0.1', apiPort = 8_082, allowedHosts = [], graceMs = 20_000 }: ProviderNodeOptions,
  { models, draining, metrics }: Pick<Fleet, 'models' | 'draining'> & { readonly metrics: Metrics },
): Promise<Listening | undefined> {
  if (operator === undefined) return undefined;
  const server = await createOperatorApi(
    {
      chain,
      ...operator,
      ...{ log, clock },
      needs: { database, models, modelsFile },
      serving: { models, draining, modelsFile },
      measured: { metrics, rpcHealth },
    },
    { provider, allowedHosts },
  );
  return listen(server, { host: apiHost, port: apiPort, graceMs });
}

async function requireDelegate({ reads, address }: Chain, provider: Address): Promise<void> {
  if (provider === address) return;
  if (await reads.isDelegate({ delegate: address, account: provider, rights: 'provider' })) return;
  throw nodeError('not_a_delegate', { signer: address, provider });
}

/** The name under which consumers come, as registered on chain. */
function hostNameOf(endpoint: string): readonly string[] {
  const text = endpoint.includes('://') ? endpoint : `http://${endpoint}`;
  return URL.canParse(text) ? [new URL(text).hostname] : [];
}

function randomNonce(): bigint {
  return BigInt(`0x${randomBytes(32).toString('hex')}`);
}
