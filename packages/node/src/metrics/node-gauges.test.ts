import { createMetrics, type Metrics } from '@yellowstone/service';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ServedModels } from '../backends/served-model.js';
import type { Overview } from '../money/overview.js';
import { type GaugeSources, registerNodeGauges } from './node-gauges.js';

const overview = {
  walletMor: '1500000000000000000',
  etherWei: '20000000000000000',
  stakes: { session: { activeMor: '2000000000000000000' }, access: { activeMor: '0' } },
  credits: { unvestedMor: '10000000000000000', vestedMor: '0' },
  pendingIntents: [
    { state: 'sent', ageSeconds: 700 },
    { state: 'sent', ageSeconds: 20 },
    { state: 'intended', ageSeconds: 1 },
  ],
} as unknown as Overview;
const models = new Map([
  [
    'id',
    {
      backend: { entry: { name: 'tiny', slots: 4 }, isHealthy: () => false },
      slots: { load: () => ({ busy: 3, waiting: 2, serviceMs: undefined }) },
    },
  ],
]) as unknown as ServedModels;

let metrics: Metrics;
let monotonic: number;
let asked: number;

function register(sources: Partial<GaugeSources> = {}): void {
  const clock = { monotonic: () => monotonic };
  const readiness = async () => ({ chain: { isReady: true }, database: { isReady: false } });
  const money = async (): Promise<Overview> => {
    asked += 1;
    return overview;
  };
  registerNodeGauges({ metrics, clock }, { readiness, overview: money, ...sources }, { moneyTimeoutMs: 20 });
}

beforeEach(() => {
  metrics = createMetrics();
  [monotonic, asked] = [0, 0];
});

describe('gauges of a node', () => {
  it('tell what is ready, the money in units, and chain writes under way', async () => {
    register();
    const told = await metrics.metrics();
    expect(told).toContain('yellowstone_ready{part="chain"} 1');
    expect(told).toContain('yellowstone_ready{part="database"} 0');
    expect(told).toContain('yellowstone_wallet_mor 1.5');
    expect(told).toContain('yellowstone_wallet_ether 0.02');
    expect(told).toContain('yellowstone_stake_mor{purpose="session"} 2');
    expect(told).toContain('yellowstone_credits_mor{state="unvested"} 0.01');
    expect(told).toContain('yellowstone_chain_intents{state="sent"} 2');
    expect(told).toContain('yellowstone_chain_intent_oldest_seconds 700');
  });

  it('tell of models, endpoints and sessions where there are some', async () => {
    const endpoint = { host: 'rpc.example', head: 1n, failures: 0, reason: undefined };
    const rpcHealth = () => ({ isReady: true, endpoints: [{ ...endpoint, state: 'resting' as const }] });
    register({ models, rpcHealth, sessions: () => ['0xab', '0xab'] });
    const told = await metrics.metrics();
    expect(told).toContain('yellowstone_backend_healthy{model="tiny"} 0');
    expect(told).toContain('yellowstone_slots{model="tiny"} 4');
    expect(told).toContain('yellowstone_slots_busy{model="tiny"} 3');
    expect(told).toContain('yellowstone_queue_length{model="tiny"} 2');
    expect(told).toContain('yellowstone_rpc_endpoint_ready{host="rpc.example"} 0');
    expect(told).toContain('yellowstone_sessions{model_id="0xab"} 2');
  });

  it('ask the chain once for all of it, and again when that is old', async () => {
    register();
    await metrics.metrics();
    await metrics.metrics();
    expect(asked).toBe(1);
    monotonic = 15_000;
    await metrics.metrics();
    expect(asked).toBe(2);
  });

  it('leave out what cannot be known, and tell the rest', async () => {
    register({ overview: () => new Promise(() => undefined) });
    const told = await metrics.metrics();
    expect(told).not.toMatch(/^yellowstone_wallet_mor [\d.]/m);
    expect(told).toContain('yellowstone_ready{part="chain"} 1');
  });
});
