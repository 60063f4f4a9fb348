import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOR } from '@yellowstone/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeBackend, startFakeBackend } from '../testing/fake-backend.js';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { runInWorld } from '../testing/fake-world.js';
import type { HeldChain } from '../testing/held-chain.js';
import { addressOf, otherProviderWallet, providerWallet } from '../testing/keys.js';

const held = vi.hoisted(() => ({}) as HeldChain);
vi.mock('@yellowstone/client', async (original) => ({
  ...(await original<object>()),
  ...(await import('../testing/held-chain.js')).clientOf(held),
}));

const provider = addressOf(providerWallet);
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

let chain: FakeChain;
let folder: string;
let env: Record<string, string>;
let exited: (number | string | null | undefined)[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-node-'));
  chain = createFakeChain();
  Object.assign(held, { chain, reads: {}, open: 0 });
  env = {
    YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1',
    YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}`,
    YELLOWSTONE_PRIVATE_KEY: providerWallet.privateKey,
    YELLOWSTONE_DATA_DIR: join(folder, 'data'),
    YELLOWSTONE_LOG_LEVEL: 'silent',
  };
  exited = [];
  vi.spyOn(process, 'exit').mockImplementation((code) => void exited.push(code) as never);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const errorOf = (stderr: string): unknown =>
  (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: unknown }).error;

describe('provider offer', () => {
  const offer = ['provider', 'offer', '--endpoint', 'a.example:3333', '--model', 'tiny', '--stake', '1'];

  it('registers provider and model and posts a bid; a second time it does nothing', async () => {
    chain.give(provider, 5n * MOR);
    const args = [...offer, '--price-per-second', '0.0001', '--tag', 'small', 'open'];
    const first = await runInWorld(args, { env });
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(new RegExp(`^provider +${provider} at a\\.example:3333$`, 'm'));
    expect(first.stdout).toMatch(/^price +0\.0001 MOR per second, 0\.36 MOR per hour$/m);
    expect(first.stdout).toMatch(/^done +MOR approved, provider registered, .*model registered, .*bid posted$/m);
    expect(first.stderr).toMatch(/^registering the provider …\nwaiting for transaction 0x\w{64} …$/m);
    const { reads } = chain.as(providerWallet);
    expect(await reads.provider(provider)).toMatchObject({ endpoint: 'a.example:3333', stakeMor: MOR });
    const { items: models } = await reads.models();
    expect(models).toMatchObject([{ name: 'tiny', tags: ['small', 'open'], owner: provider }]);
    const [bid] = await reads.providerBids(provider);
    expect(bid).toMatchObject({ modelId: models[0]!.modelId, priceMor: 10n ** 14n });

    const before = [...chain.sent];
    const again = await runInWorld(['--json', ...args], { env });
    expect(JSON.parse(again.stdout)).toMatchObject({ provider, modelId: bid!.modelId, bidId: bid!.bidId, done: [] });
    expect((await runInWorld(args, { env })).stdout).toMatch(/^done +nothing: all was there$/m);
    expect(chain.sent).toEqual(before);
    expect(held.open).toBe(0);
  }, 60_000);

  it('changes the price of a bid that is there', async () => {
    chain.give(provider, 5n * MOR);
    await runInWorld([...offer, '--price-per-second', '0.0001'], { env });
    const { code, stdout } = await runInWorld([...offer, '--price-per-second', '0.0002'], { env });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^done +.*price changed$/m);
    expect(await chain.as(providerWallet).reads.providerBids(provider)).toMatchObject([{ priceMor: 2n * 10n ** 14n }]);
    expect(chain.sent.filter((name) => name === 'registerProvider')).toHaveLength(1);
  }, 60_000);

  it('fails without MOR, lets go of chain and database, and registers nothing', async () => {
    const args = ['--json', ...offer, '--price-per-second', '0.0001'];
    const { code, stdout, stderr } = await runInWorld(args, { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(errorOf(stderr)).toMatchObject({ code: 'CHAIN_ERC20InsufficientBalance' });
    expect(await chain.as(providerWallet).reads.provider(provider)).toBeUndefined();
    expect(held.open).toBe(0);
    // The database is free for the next one.
    expect(await runInWorld(['--json', 'keys', 'list'], { env })).toMatchObject({ code: 0 });
  }, 60_000);
});

/** Runs the handlers that a command added for a signal, and takes all of them away. */
async function stopBySignal(before: ReadonlyMap<string, readonly unknown[]>): Promise<void> {
  const added = SIGNALS.map((name) => {
    const own = process.listeners(name).filter((listener) => !before.get(name)?.includes(listener));
    for (const listener of own) process.removeListener(name, listener);
    return own;
  });
  for (const listener of added[0] ?? []) listener('SIGTERM');
  await vi.waitFor(() => expect(exited).not.toEqual([]), { timeout: 20_000 });
}
const listenersNow = () => new Map(SIGNALS.map((name) => [name, process.listeners(name)]));

describe('a node', () => {
  let backend: FakeBackend;
  let before: ReadonlyMap<string, readonly unknown[]>;
  let ports: Record<string, string>;
  beforeEach(async () => {
    backend = await startFakeBackend();
    before = listenersNow();
    ports = {
      YELLOWSTONE_PROVIDER_PORT: '0',
      YELLOWSTONE_PROVIDER_API_PORT: '0',
      YELLOWSTONE_CONSUMER_PORT: '0',
      YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '0.01',
      YELLOWSTONE_MAX_STAKE_MOR: '1',
    };
  });
  afterEach(() => backend.stop());

  it('of a provider says where it is, serves, and stops at a signal', async () => {
    const bid = chain.addBid({ wallet: providerWallet, endpoint: '127.0.0.1:3333', name: 'tiny' });
    const modelsFile = join(folder, 'models.json');
    const model = { modelId: bid.modelId, name: 'tiny', backendUrl: backend.url, slots: 1 };
    await writeFile(modelsFile, JSON.stringify([model]));
    const own = { ...env, ...ports, YELLOWSTONE_MODELS_FILE: modelsFile };
    const made = await runInWorld(['--json', 'keys', 'create', 'op', '--scope', 'operate'], { env: own });
    const { token } = JSON.parse(made.stdout) as { token: string };

    const { code, stdout } = await runInWorld(['provider', 'up'], { env: own });
    expect(code).toBe(0);
    const ready = JSON.parse(stdout) as { url: string; apiUrl: string };
    expect(ready).toMatchObject({ ready: true, role: 'provider', address: provider });
    const info: unknown = await (await fetch(`${ready.url}/yellowstone/info`)).json();
    expect(info).toMatchObject({ provider, models: [{ modelId: bid.modelId }] });
    const wallet = (headers: Record<string, string>) => fetch(`${ready.apiUrl}/wallet`, { headers });
    expect((await wallet({})).status).toBe(401);
    expect((await wallet({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect(held.open).toBe(1);

    await stopBySignal(before);
    expect({ exited, open: held.open }).toEqual({ exited: [0], open: 0 });
    await expect(fetch(`${ready.url}/yellowstone/info`)).rejects.toThrow('fetch failed');
  }, 60_000);

  it('of a consumer says where it is, lets in keys only, and stops at a signal', async () => {
    chain.addBid({ wallet: otherProviderWallet, endpoint: '127.0.0.1:3333', name: 'tiny' });
    const own = { ...env, ...ports, YELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS: 'true' };
    const made = await runInWorld(['--json', 'keys', 'create', 'laptop'], { env: own });
    const { token } = JSON.parse(made.stdout) as { token: string };

    const { code, stdout } = await runInWorld(['--json', 'consumer', 'up'], { env: own });
    expect(code).toBe(0);
    const ready = JSON.parse(stdout) as { url: string };
    expect(ready).toEqual({ ready: true, role: 'consumer', url: ready.url, address: provider });
    const models = (headers: Record<string, string>) => fetch(`${ready.url}/v1/models`, { headers });
    expect((await models({})).status).toBe(401);
    const answer = await models({ authorization: `Bearer ${token}` });
    expect(await answer.json()).toMatchObject({ object: 'list', data: [{ id: 'tiny' }] });

    await stopBySignal(before);
    expect({ exited, open: held.open, sent: chain.sent }).toEqual({ exited: [0], open: 0, sent: [] });
    await expect(fetch(`${ready.url}/v1/models`)).rejects.toThrow('fetch failed');
  }, 60_000);

  it('that cannot listen lets go of chain and database', async () => {
    const port = new URL(backend.url).port;
    const own = { ...env, ...ports, YELLOWSTONE_CONSUMER_PORT: port };
    const { code, stdout, stderr } = await runInWorld(['--json', 'consumer', 'up'], { env: own });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.stringify(errorOf(stderr))).toContain(port);
    expect(held.open).toBe(0);
    expect(await runInWorld(['--json', 'keys', 'list'], { env })).toMatchObject({ code: 0 });
    for (const name of SIGNALS) {
      for (const one of process.listeners(name))
        if (!before.get(name)?.includes(one)) process.removeListener(name, one);
    }
  }, 60_000);

  it('does not start without its database', async () => {
    await writeFile(join(folder, 'data'), 'a file');
    const { code, stderr } = await runInWorld(['--json', 'consumer', 'up'], { env: { ...env, ...ports } });
    expect(code).toBe(1);
    expect(errorOf(stderr)).toMatchObject({ code: 'database_unreachable' });
    expect(held.open).toBe(0);
    expect((await stat(join(folder, 'data'))).isFile()).toBe(true);
  }, 60_000);
});
