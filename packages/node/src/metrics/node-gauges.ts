import type { RpcHealth } from '@yellowstone/client';
import type { Metrics } from '@yellowstone/service';
import { Gauge } from 'prom-client';
import type { ServedModels } from '../backends/served-model.js';
import type { Clock } from '../clock.js';
import type { Overview } from '../money/overview.js';

/** What is asked when somebody looks; what a node does not have is left out. */
export interface GaugeSources {
  readonly readiness: () => Promise<Readonly<Record<string, { readonly isReady: boolean }>>>;
  readonly overview: () => Promise<Overview>;
  readonly rpcHealth?: (() => RpcHealth) | undefined;
  readonly models?: ServedModels | undefined;
  /** Ids on chain of the models of sessions that are held, one for each session. */
  readonly sessions?: (() => readonly string[]) | undefined;
}

interface GaugeOptions {
  /** Money is read from the chain this often at most [ms]. */
  readonly moneyCacheMs?: number;
  /** The longest a look at money may take [ms]; then the series are missing. */
  readonly moneyTimeoutMs?: number;
}

interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** MOR-wei and wei in one unit of what people count in. */
const WEI = 1e18;

/** Gauges of a node, read at the moment of scraping. A source that fails leaves its series out and nothing else. */
export function registerNodeGauges(
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Pick<Clock, 'monotonic'> },
  { readiness, overview, rpcHealth, models, sessions }: GaugeSources,
  { moneyCacheMs = 15_000, moneyTimeoutMs = 5_000 }: GaugeOptions = {},
): void {
  const gauge = (
    name: string,
    help: string,
    labels: readonly string[],
    read: () => Promise<readonly Reading[]>,
  ): void => {
    new Gauge({
      name: `yellowstone_${name}`,
      help,
      labelNames: [...labels],
      registers: [metrics],
      async collect() {
        const readings = await read().catch((): readonly Reading[] => []);
        this.reset();
        // A gauge without labels begins anew with 0, which nobody measured.
        if (labels.length === 0) this.remove();
        for (const one of readings) this.set(one.labels, one.value);
      },
    });
  };
  const money = kept(overview, { clock, cacheMs: moneyCacheMs, timeoutMs: moneyTimeoutMs });
  const ofMoney = (name: string, help: string, labels: readonly string[], read: (view: Overview) => Reading[]): void =>
    gauge(name, help, labels, async () => read(await money()));

  gauge('ready', '1 if a part of the node can serve', ['part'], async () =>
    Object.entries(await readiness()).map(([part, { isReady }]) => reading({ part }, isReady ? 1 : 0)),
  );
  ofMoney('wallet_mor', 'MOR in the wallet', [], ({ walletMor }) => [reading({}, inUnits(walletMor))]);
  ofMoney('wallet_ether', 'ETH in the wallet, for gas', [], ({ etherWei }) => [reading({}, inUnits(etherWei))]);
  ofMoney('stake_mor', 'MOR staked now', ['purpose'], ({ stakes }) =>
    Object.entries(stakes).map(([purpose, { activeMor }]) => reading({ purpose }, inUnits(activeMor))),
  );
  ofMoney('credits_mor', 'MOR earned and not paid', ['state'], ({ credits }) => [
    reading({ state: 'unvested' }, inUnits(credits.unvestedMor)),
    reading({ state: 'vested' }, inUnits(credits.vestedMor)),
  ]);
  ofMoney('chain_intents', 'Chain writes under way', ['state'], ({ pendingIntents }) => {
    const states = (pendingIntents ?? []).map(({ state }) => state);
    return [...new Set(states)].map((state) => reading({ state }, states.filter((one) => one === state).length));
  });
  ofMoney('chain_intent_oldest_seconds', 'Age of the oldest chain write under way', [], ({ pendingIntents }) => [
    reading({}, Math.max(0, ...(pendingIntents ?? []).map(({ ageSeconds }) => ageSeconds))),
  ]);
  if (rpcHealth !== undefined) {
    gauge('rpc_endpoint_ready', '1 if an RPC endpoint is used', ['host'], async () =>
      rpcHealth().endpoints.map(({ host, state }) => reading({ host }, state === 'ready' ? 1 : 0)),
    );
  }
  if (sessions !== undefined) {
    gauge('sessions', 'Sessions held', ['model_id'], async () => {
      const ids = sessions();
      return [...new Set(ids)].map((id) => reading({ model_id: id }, ids.filter((one) => one === id).length));
    });
  }
  if (models !== undefined) {
    const ofModels = (name: string, help: string, read: (model: ModelOf) => number): void =>
      gauge(name, help, ['model'], async () =>
        [...models.values()].map((model) => reading({ model: model.backend.entry.name }, read(model))),
      );
    ofModels('backend_healthy', '1 if the backend of a model is healthy', ({ backend }) =>
      backend.isHealthy() ? 1 : 0,
    );
    ofModels('slots', 'Answers of a model at the same time', ({ backend }) => backend.entry.slots);
    ofModels('slots_busy', 'Answers of a model now', ({ slots }) => slots.load().busy);
    ofModels('queue_length', 'Requests that wait for a slot', ({ slots }) => slots.load().waiting);
  }
}

type ModelOf = ServedModels extends ReadonlyMap<unknown, infer Model> ? Model : never;

function reading(labels: Reading['labels'], value: number): Reading {
  return { labels, value };
}

/** Precise enough to look at; sums of money are made elsewhere. */
function inUnits(wei: string): number {
  return Number(wei) / WEI;
}

interface Keeping {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly cacheMs: number;
  readonly timeoutMs: number;
}

/** One question for all who ask within a while; a failure is not kept. */
function kept<Value>(ask: () => Promise<Value>, { clock, cacheMs, timeoutMs }: Keeping): () => Promise<Value> {
  let asked: Promise<Value> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (asked !== undefined && clock.monotonic() - askedAt < cacheMs) return asked;
    askedAt = clock.monotonic();
    const asking = inTime(ask(), timeoutMs);
    asked = asking;
    asking.catch(() => {
      if (asked === asking) asked = undefined;
    });
    return asking;
  };
}

function inTime<Value>(asking: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([asking, late]).finally(() => clearTimeout(timer));
}
