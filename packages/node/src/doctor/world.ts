import type { ApiKey, FoundDatabase, IntentSummary, KeySource } from '@yellowstone/service';
import type { Address } from '@yellowstone/protocol';
import type { ApiScope } from '../api-access.js';
import type { ChainReads } from '../chain/chain.js';
import type { ChainPlace } from '../chain/connect-chain.js';
import type { StoreConfig } from '../config.js';
import type { BackendEntry, LlamaServerEntry, ModelEntry } from '../backends/model-entry.js';

/** Everything the doctor looks at; each function throws what it finds wrong. */
export interface DoctorWorld {
  /** Wall clock [ms]. */
  now(): number;
  /** undefined = there is nothing. */
  pathFacts(path: string): Promise<PathFacts | undefined>;
  /** Of the file system a path is or would be on [bytes]. */
  freeBytes(path: string): Promise<bigint>;
  unlock(source: KeySource): Promise<Address>;
  /** Of a keystore that stays locked; as strict about its rights as a node. */
  accountIn(keystore: string): Promise<Address>;
  rpc(url: string): Promise<RpcFacts>;
  connect(place: ChainPlace): Promise<ChainSight>;
  /** undefined = there is no database yet. */
  store(config: Pick<StoreConfig, 'dataDir' | 'databaseUrl'>): Promise<StoreSight | undefined>;
  resolve(host: string): Promise<readonly string[]>;
  /** The provider that a node says it is. */
  providerAt(baseUrl: string): Promise<string>;
  modelsFile(file: string): Promise<readonly ModelEntry[]>;
  /** Names of the models of an OpenAI-compatible server. */
  modelsOf(backend: UrlBackend): Promise<readonly string[]>;
  hasLlama(): boolean;
  /** Throws if its program or its model is not there. */
  requireLlamaServer(model: string, entry: LlamaServerEntry): Promise<void>;
}

export type UrlBackend = Extract<BackendEntry, { readonly kind: 'url' }>;

export interface PathFacts {
  readonly isFolder: boolean;
  /** Like `0700`. */
  readonly mode: string;
  readonly isOpenToOthers: boolean;
  readonly isWritable: boolean;
}

export interface RpcFacts {
  readonly chainId: bigint;
  /** Clock of whoever answered [ms]. */
  readonly date: number | undefined;
}

export type DoctorReads = Pick<
  ChainReads,
  'now' | 'etherBalance' | 'fees' | 'isDelegate' | 'morAllowance' | 'morBalance' | 'provider' | 'providerBids' | 'stake'
>;

export interface ChainSight {
  readonly chainId: bigint;
  readonly reads: DoctorReads;
  close(): void;
}

export interface StoreSight extends Pick<FoundDatabase, 'kind' | 'applied' | 'pending' | 'unknown'> {
  /** The last one first. */
  readonly intents: readonly IntentSummary[];
  readonly apiKeys: readonly ApiKey<ApiScope>[];
}
