import type { Bid } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import {
  type ApiKeyLimits,
  type ApiKeys,
  type ChainIntent,
  createApiKeys,
  type Listening,
  type SessionSpending,
} from '@yellowstone/service';
import type { Wallet } from 'ethers';
import { API_SCOPES, type ApiScope, createAuthenticate } from '../api-access.js';
import { type ConsumerNodeOptions, createConsumerNode } from '../consumer/create-consumer-node.js';
import { createProviderNode } from '../provider/create-provider-node.js';
import { type FakeBackend, startFakeBackend } from './fake-backend.js';
import { createFakeChain, type FakeChain } from './fake-chain.js';
import { addressOf, providerWallet, quietLog, userWallet } from './keys.js';
import { memoryRequestKeys } from './request-keys.js';
import { rememberedKeys } from './node-key-store.js';
import { rememberedAnswers } from './served-answers.js';
import type { TestStores } from './test-stores.js';
import { rememberedIds } from './used-request-ids.js';

/** A consumer's surroundings: a market in memory, providers with real nodes, a real database. */
export interface ConsumerWorld {
  readonly chain: FakeChain;
  readonly stores: TestStores;
  readonly apiKeys: ApiKeys<ApiScope>;
  /** What every provider that was started asks. */
  readonly backend: FakeBackend;
  /** A provider node with a bid of its own on the model `tiny`. */
  startProvider(options?: {
    wallet?: Wallet;
    priceMor?: bigint;
    slots?: number;
  }): Promise<{ bid: Bid; node: Listening }>;
  startConsumer(options?: Partial<ConsumerNodeOptions>, books?: SessionSpending): Promise<Listening>;
  /** A header for a new key. */
  keyWith(limits: ApiKeyLimits, scopes?: readonly ApiScope[]): Promise<{ id: string; authorization: string }>;
  stop(): Promise<void>;
}

const timeouts = { connectMs: 300, firstByteMs: 1_000, idleMs: 800 };

/** @param stores are not stopped with the world: a database takes longer to open than most tests */
export async function openConsumerWorld(stores: TestStores): Promise<ConsumerWorld> {
  const apiKeys = createApiKeys({ database: stores.database, clock: Date }, { scopes: API_SCOPES });
  const chain = createFakeChain();
  chain.give(addressOf(userWallet), 100n * MOR);
  const backend = await startFakeBackend();
  const stops: (() => Promise<void>)[] = [() => backend.stop()];
  return {
    chain,
    stores,
    apiKeys,
    backend,
    async startProvider({ wallet = providerWallet, priceMor = 10n ** 14n, slots = 2 } = {}) {
      const bid = chain.addBid({ wallet, endpoint: 'not.yet:1', name: 'tiny', priceMor });
      const at = { kind: 'url', url: backend.url, model: 'tiny', apiKey: undefined } as const;
      const models = [{ modelId: bid.modelId, name: 'tiny', backend: at, slots, queue: 8, maxTokens: 64 }];
      const node = await createProviderNode(
        {
          chain: chain.as(wallet),
          usedRequestIds: rememberedIds(),
          nodeKeyStore: rememberedKeys(),
          served: rememberedAnswers(),
          log: quietLog,
        },
        { models, port: 0, timeouts, graceMs: 300 },
      );
      chain.changeBid(bid.bidId, { endpoint: new URL(node.url).host });
      stops.push(() => node.stop());
      return { bid, node };
    },
    async startConsumer(options = {}, spending = stores.emptyBooks()) {
      const node = await createConsumerNode(
        {
          chain: chain.as(userWallet),
          authenticate: createAuthenticate({ apiKeys }),
          requestKeys: memoryRequestKeys(),
          spending,
          keyUsage: stores.keyUsage,
          apiKeys,
          journal: { unfinished: async () => [pendingIntent()] },
          log: quietLog,
        },
        {
          payment: 'pool',
          sessionSeconds: 600n,
          maxStakeMor: 50n * MOR,
          maxPayMor: MOR,
          maxPricePerSecondMor: MOR / 100n,
          allowPrivateEndpoints: true,
          port: 0,
          timeouts,
          graceMs: 300,
          sweepMs: 20,
          ...options,
        },
      );
      stops.push(() => node.stop());
      return node;
    },
    async keyWith(limits, scopes = API_SCOPES) {
      const { key, token } = await apiKeys.create({ name: 'test', scopes, limits });
      return { id: key.id, authorization: `Bearer ${token.reveal()}` };
    },
    async stop() {
      for (const stop of stops.reverse()) await stop();
    },
  };
}

/** A chain write that has waited for a block for a minute and a half. */
function pendingIntent(): ChainIntent {
  return {
    id: 7n,
    idempotencyKey: 'k',
    kind: 'openSession',
    to: '0x',
    data: '0x',
    value: 0n,
    state: 'sent',
    nonce: 3,
    receipt: undefined,
    failure: undefined,
    expiresAt: undefined,
    createdAt: Date.now() - 90_000,
    updatedAt: Date.now(),
  };
}
