import { AppError, type KeySource, secret } from '@yellowstone/service';
import { parseAddress, parseModelId } from '@yellowstone/protocol';
import type { DoctorWorld, StoreSight } from '../doctor/world.js';
import type { ModelEntry } from '../backends/model-entry.js';
import type { FakeChain } from './fake-chain.js';
import { providerWallet } from './keys.js';

/** Now, for doctors [ms]. */
export const DOCTOR_NOW = Date.parse('2026-11-21T12:00:00Z');

export const healthyStore: StoreSight = {
  kind: 'pglite',
  applied: [{ name: '004-api-key-expiry', appliedAt: '2026-11-20T00:00:00.000Z' }],
  pending: [],
  unknown: [],
  intents: [],
  apiKeys: [
    {
      id: 'a',
      name: 'first',
      scopes: ['infer', 'operate'],
      limits: {},
      createdAt: 0,
      lastUsedAt: undefined,
      expiresAt: undefined,
      revokedAt: undefined,
    },
  ],
};

export function urlModel(modelId: string): ModelEntry {
  const backend = {
    kind: 'url',
    url: 'http://127.0.0.1:8080/v1',
    model: 'llama',
    apiKey: secret('BACKEND-KEY'),
  } as const;
  return { modelId: parseModelId(modelId), name: 'llama', backend, slots: 1, queue: 1, maxTokens: 1 };
}

/** A machine where everything is as it should be. */
export function healthyWorld(chain: FakeChain, models: readonly ModelEntry[] = []): DoctorWorld {
  const account = parseAddress(providerWallet.address);
  return {
    now: () => DOCTOR_NOW,
    pathFacts: async () => ({ isFolder: true, mode: '0700', isOpenToOthers: false, isWritable: true }),
    freeBytes: async () => 50n * 2n ** 30n,
    unlock: async (_: KeySource) => account,
    accountIn: async () => account,
    rpc: async () => ({ chainId: 42_161n, date: DOCTOR_NOW }),
    connect: async () => {
      const { reads } = chain.as(providerWallet);
      const now = async (): Promise<bigint> => BigInt(DOCTOR_NOW / 1_000 - 1);
      const etherBalance = async (): Promise<bigint> => 10n ** 18n;
      return { chainId: 42_161n, reads: { ...reads, now, etherBalance }, close: () => undefined };
    },
    store: async () => healthyStore,
    resolve: async () => ['93.184.216.34'],
    providerAt: async () => account,
    modelsFile: async () => models,
    modelsOf: async () => ['llama'],
    hasLlama: () => true,
    requireLlamaServer: async () => undefined,
  };
}

export const failing = (message: string) => async (): Promise<never> => Promise.reject(new Error(message));
export const failingWith =
  (code: string, details = {}) =>
  async (): Promise<never> =>
    Promise.reject(new AppError({ code, httpStatus: 500, message: `It is ${code}.`, hint: `Mend ${code}.`, details }));
