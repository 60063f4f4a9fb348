import { MOR } from '@yellowstone/protocol';
import type { IntentSummary } from '@yellowstone/service';
import { expect, it } from 'vitest';
import { failing, healthyStore, healthyWorld, urlModel } from '../testing/doctor-world.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { addressOf, providerWallet } from '../testing/keys.js';
import { makeBundle } from './support-bundle.js';

const KEY = providerWallet.privateKey;
const API_KEY = `ysk_${'0'.repeat(16)}_${'A'.repeat(43)}`;
const env = {
  YELLOWSTONE_RPC_URL: 'https://user:RPC-PASSWORD@rpc.example/v2/SECRET-RPC-TOKEN',
  YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}`,
  YELLOWSTONE_PRIVATE_KEY: KEY,
  YELLOWSTONE_DATABASE_URL: 'postgres://node:DB-PASSWORD@db.example:5432/yellowstone',
  YELLOWSTONE_DATA_DIR: '/home/alice/yellowstone/data',
  // Written into the wrong places.
  YELLOWSTONE_LOG_LEVEL: API_KEY,
  YELLOWSTONE_MODELS_FILE: KEY,
  YELLOWSTONE_API_KEY: API_KEY,
  BACKEND_KEY: 'BACKEND-KEY',
};
const hash = `0x${'ab'.repeat(32)}`;
const intent: IntentSummary = {
  ...{ id: '1', chainId: '42161', kind: 'openSession', state: 'sent', nonce: 7, attempts: 2, hash },
  ...{ failureCode: undefined, createdAt: 1, updatedAt: 2 },
};

it('holds versions, settings, findings, migrations and chain writes', async () => {
  const chain = createFakeChain();
  chain.give(addressOf(providerWallet), MOR);
  const store = async () => ({ ...healthyStore, intents: Array.from({ length: 150 }, () => intent) });
  const bundle = await makeBundle({ ...healthyWorld(chain), store }, { role: 'provider', env }, { version: '1.2.3' });
  expect(bundle.versions).toMatchObject({ yellowstone: '1.2.3', node: process.version });
  expect(bundle.settings).toMatchObject({
    YELLOWSTONE_RPC_URL: '[secret]',
    YELLOWSTONE_PRIVATE_KEY: '[secret]',
    YELLOWSTONE_DATABASE_URL: '[secret]',
    YELLOWSTONE_DIAMOND: env.YELLOWSTONE_DIAMOND,
    YELLOWSTONE_CHAIN_ID: null,
  });
  expect(bundle.findings.length).toBeGreaterThan(12);
  expect(bundle.migrations).toEqual(healthyStore.applied);
  expect(bundle.intents).toHaveLength(100);
  expect(bundle.intents[0]).toEqual(intent);
});

it('holds no key, token, password, path or stack, even when everything fails with them (scenario 41)', async () => {
  const nasty = failing(
    `boom at /root/node/src/secret.ts:1:1 of ${env.YELLOWSTONE_RPC_URL} ${KEY} ${API_KEY}\n    at open (x.ts:1)`,
  );
  const chain = createFakeChain();
  const model = urlModel(`0x${'12'.repeat(32)}`);
  for (const broken of [
    {},
    { rpc: nasty, store: nasty, resolve: nasty, providerAt: nasty, modelsFile: nasty },
    { connect: nasty, modelsOf: nasty, store: async () => undefined },
  ]) {
    const world = { ...healthyWorld(chain, [model]), ...broken };
    for (const role of ['provider', 'consumer'] as const) {
      const text = JSON.stringify(await makeBundle(world, { role, env }, { version: '1' }));
      for (const hidden of [KEY.slice(2), API_KEY, 'RPC-PASSWORD', 'SECRET-RPC-TOKEN', 'DB-PASSWORD', 'BACKEND-KEY']) {
        expect(text).not.toContain(hidden);
      }
      expect(text).not.toMatch(/node_modules|\.ts:\d+|\n? {4}at |\/(?:root|home|work|usr|tmp)\/|ysk_/);
    }
  }
});
