import { type Connection, createReads } from '@yellowstone/client';
import { messageDomain, parseAddress } from '@yellowstone/protocol';
import {
  type ChainJournal,
  createChainJournal,
  createNodeKeyStore,
  createRequestKeys,
  createSealer,
  createSessionSpending,
  type LoadedKey,
  loadKey,
  type Log,
  type NodeKeyStore,
  type RequestKeys,
  type SessionSpending,
  type Terminal,
} from '@yellowstone/service';
import { Wallet } from 'ethers';
import type { NodeChain } from '../chain/chain.js';
import { connectChain, type ChainPlace } from '../chain/connect-chain.js';
import { journaledWrites } from '../chain/journaled-writes.js';
import { type Clock, systemClock } from '../clock.js';
import type { KeyConfig, StoreConfig } from '../config.js';
import { keySourceOf } from './key-source.js';
import { type NodeStore, openNodeStore } from './open-node-store.js';

/** Everything of a node that outlives its process, and the chain as its key sees it. */
export interface NodeState extends NodeStore {
  readonly journal: ChainJournal;
  /** Which requests can be sent again. */
  readonly requestKeys: RequestKeys;
  /** What sessions cost, by day. */
  readonly spending: SessionSpending;
  /** Keys of a provider's node, sealed with the key of the wallet. */
  readonly nodeKeyStore: NodeKeyStore;
  /** Its writes go through the journal. */
  readonly chain: NodeChain;
}

export type StateConfig = ChainPlace & KeyConfig & Pick<StoreConfig, 'dataDir' | 'databaseUrl'>;

interface StateDeps {
  readonly log: Log;
  readonly clock?: Pick<Clock, 'now'>;
  /** Is asked for the password of a keystore when no file has it. */
  readonly terminal?: Terminal;
}

interface StateOptions {
  /** How long a start waits for what an earlier process left on its way to the chain [ms]. */
  readonly takeUpMs?: number;
  /** How long a start waits for an endpoint of the chain [ms]. */
  readonly chainPatienceMs?: number;
}

/**
 * Unlocks the key, opens the database, finds the diamond, and takes up what an earlier process left: each chain write
 * that was written down has its one effect before this returns, unless the chain is too slow for that.
 * @throws ConfigError without exactly one key; AppError key_…, keystore_…, password_…, database_…, chain_replaced;
 *   ChainError
 */
export async function openNodeState(
  config: StateConfig,
  { log, clock = systemClock, terminal = { input: process.stdin, output: process.stderr } }: StateDeps,
  { takeUpMs = 20_000, chainPatienceMs = 60_000 }: StateOptions = {},
): Promise<NodeState> {
  const key = await loadKey(keySourceOf(config, terminal));
  const connecting = connectChain(config, undefined, { log, patienceMs: chainPatienceMs });
  const [store, connection] = await both(openNodeStore(config, { log, clock }), connecting);
  const wallet = { privateKey: key.privateKey.reveal() };
  const journal = createChainJournal({ database: store.database, connection, wallet, clock, log });
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await journal.stop();
    connection.close();
    await store.stop();
  };
  try {
    await takeUp({ journal, log }, takeUpMs);
  } catch (error) {
    await stop();
    throw error;
  }
  const { chainId, diamond } = connection;
  const owner = `${chainId} ${diamond} ${key.address}`;
  const requestKeys = createRequestKeys({ database: store.database, clock }, owner);
  const sealer = createSealer(key.privateKey, 'node keys');
  const nodeKeyStore = createNodeKeyStore({ database: store.database, sealer }, owner);
  return {
    ...store,
    journal,
    requestKeys,
    nodeKeyStore,
    spending: createSessionSpending({ database: store.database, clock }, owner),
    chain: chainOf({ connection, key, journal }),
    stop: () => (stopping ??= stop()),
  };
}

interface ChainParts {
  readonly connection: Connection;
  readonly key: LoadedKey;
  readonly journal: ChainJournal;
}

function chainOf({ connection, key, journal }: ChainParts): NodeChain {
  const { chainId, diamond } = connection;
  return {
    domain: messageDomain({ chainId, diamond }),
    reads: createReads(connection),
    ...journaledWrites(connection, journal),
    signer: new Wallet(key.privateKey.reveal()),
    address: parseAddress(key.address),
    connection,
  };
}

/** Whoever reads the chain after this sees what the last process did, so that nothing is done twice. */
async function takeUp({ journal, log }: { journal: ChainJournal; log: Log }, timeoutMs: number): Promise<void> {
  const { unfinished } = await journal.recover();
  if (unfinished === 0) return;
  const left = await Promise.all((await journal.unfinished()).map(({ id }) => journal.resume(id)));
  // A refusal ends an intent as well; the log has it.
  await Promise.allSettled(left.map((intent) => intent.wait({ timeoutMs })));
  const still = (await journal.unfinished()).length;
  if (still > 0) log.warn({ unfinished: still }, 'chain writes of before are still on their way');
}

/** Both at the same time; when one fails, the other is stopped. */
async function both(opening: Promise<NodeStore>, connecting: Promise<Connection>): Promise<[NodeStore, Connection]> {
  const [store, connection] = await Promise.allSettled([opening, connecting]);
  if (store.status === 'fulfilled' && connection.status === 'fulfilled') return [store.value, connection.value];
  if (store.status === 'fulfilled') await store.value.stop();
  if (connection.status === 'fulfilled') connection.value.close();
  throw (store.status === 'rejected' ? store.reason : (connection as PromiseRejectedResult).reason) as Error;
}
