import { IYellowstone__factory } from '@yellowstone/contracts';
import { parseAddress, type Address } from '@yellowstone/protocol';
import type { JsonRpcProvider } from 'ethers';
import { decodeError } from './decode-error.js';
import { createKeyQueues, type KeyQueues } from './key-queues.js';
import { persist } from './persist.js';
import { openProvider } from './rpc-provider.js';
import { parseRpcUrls } from './rpc/rpc-address.js';
import type { RpcEvent, RpcHealth } from './rpc/rpc-health.js';
import { createRpcPool, type RpcPool } from './rpc/rpc-pool.js';
import { systemTiming, type Timing } from './rpc/timing.js';
import { chainError } from '../errors.js';

export interface ConnectOptions {
  /** JSON-RPC endpoint: http(s), or ws(s), which keeps one connection. */
  readonly rpcUrl?: string;
  /** Several of them, the preferred one first; together with `rpcUrl` that one comes first. */
  readonly rpcUrls?: readonly string[];
  /** Address of the diamond; see `deploymentOf` of @yellowstone/contracts. */
  readonly diamond: string;
  /** Refuse any other chain. */
  readonly expectedChainId?: bigint | number;
  /** How often receipts and new blocks are looked for [ms]; 1,000 by default. */
  readonly pollingIntervalMs?: number;
  /** Time that one request to one endpoint has [ms]; 15,000 by default. */
  readonly requestTimeoutMs?: number;
  /** How long to go on trying while no endpoint answers [ms]; 0 by default: the usual few attempts. */
  readonly startPatienceMs?: number;
  /** An endpoint that is further behind the others than this many blocks and this long is not read; 20 and 15 by default. */
  readonly maxLagBlocks?: number;
  /** [s] */
  readonly maxLagSeconds?: number;
  /** Is told what happens to endpoints, once for each change. */
  readonly onRpcEvent?: (event: RpcEvent) => void;
  /** Time and chance, for tests. */
  readonly timing?: Timing;
}

/** A diamond that was found where it should be. Close it when done. */
export interface Connection {
  readonly provider: JsonRpcProvider;
  readonly chainId: bigint;
  readonly diamond: Address;
  readonly mor: Address;
  readonly pollingIntervalMs: number;
  /** One queue of transactions per key, shared by all `createWrites` of this connection. */
  readonly queues: KeyQueues;
  /** How the endpoints are, by what is known. */
  health(): RpcHealth;
  /** How the endpoints are now: each is asked. Never rejects. */
  checkHealth(): Promise<RpcHealth>;
  close(): void;
}

/**
 * Finds the chain and the diamond on it.
 * @throws ChainError CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_ABORTED, CHAIN_WRONG_CHAIN, CHAIN_NO_CODE,
 *   CHAIN_NOT_A_DIAMOND, CHAIN_INVALID_ARGUMENT
 */
export async function connect(
  options: ConnectOptions,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Connection> {
  const { diamond, pollingIntervalMs = 1_000, startPatienceMs = 0, timing = systemTiming } = options;
  const address = parseDiamond(diamond);
  const pool = poolOf(options);
  const stopping = new AbortController();
  const stop = (): void => {
    stopping.abort();
    pool.close();
  };
  signal?.addEventListener('abort', stop, { once: true });
  let provider: JsonRpcProvider | undefined;
  try {
    if (signal?.aborted) throw chainError('CHAIN_ABORTED', { doing: 'connect' });
    const attempt = async (): Promise<Pick<Connection, 'chainId' | 'mor'>> => {
      const chainId = await pool.start();
      provider ??= openProvider(pool, { chainId, pollingIntervalMs });
      return { chainId, mor: await findMor(provider, address) };
    };
    const report = options.onRpcEvent ?? ((): void => undefined);
    const patience = { timing, patienceMs: startPatienceMs, signal: stopping.signal, report };
    const found = await persist(attempt, patience);
    return connectionOf({ pool, provider: provider!, diamond: address, pollingIntervalMs, ...found }); // set by the attempt
  } catch (error) {
    provider?.destroy();
    pool.close();
    throw decodeError(error, 'connect');
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * The chain behind endpoints, before it is known where the diamond is.
 * @throws ChainError CHAIN_UNREACHABLE, CHAIN_TIMEOUT, CHAIN_ABORTED, CHAIN_INVALID_ARGUMENT
 */
export async function chainIdOf(
  options: Pick<ConnectOptions, 'rpcUrl' | 'rpcUrls' | 'requestTimeoutMs'>,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<bigint> {
  const pool = poolOf(options);
  signal?.addEventListener('abort', pool.close, { once: true });
  try {
    signal?.throwIfAborted();
    return await pool.start();
  } catch (error) {
    throw decodeError(error, 'chainId');
  } finally {
    signal?.removeEventListener('abort', pool.close);
    pool.close();
  }
}

type Found = Pick<Connection, 'provider' | 'chainId' | 'diamond' | 'mor' | 'pollingIntervalMs'>;

function connectionOf({ pool, ...found }: Found & { readonly pool: RpcPool }): Connection {
  return Object.freeze({
    ...found,
    queues: createKeyQueues(),
    health: pool.health,
    checkHealth: pool.look,
    close() {
      found.provider.destroy();
      pool.close();
    },
  });
}

function poolOf({
  rpcUrl,
  rpcUrls = [],
  requestTimeoutMs = 15_000,
  ...rest
}: Omit<ConnectOptions, 'diamond'>): RpcPool {
  const { expectedChainId, maxLagBlocks, maxLagSeconds, onRpcEvent, timing } = rest;
  return createRpcPool(parseRpcUrls([...(rpcUrl === undefined ? [] : [rpcUrl]), ...rpcUrls]), {
    requestTimeoutMs,
    ...(expectedChainId === undefined ? {} : { expectedChainId: BigInt(expectedChainId) }),
    ...(maxLagBlocks === undefined ? {} : { maxLagBlocks }),
    ...(maxLagSeconds === undefined ? {} : { maxLagSeconds }),
    ...(onRpcEvent === undefined ? {} : { report: onRpcEvent }),
    ...(timing === undefined ? {} : { timing }),
  });
}

function parseDiamond(diamond: string): Address {
  try {
    return parseAddress(diamond);
  } catch (cause) {
    throw chainError('CHAIN_INVALID_ARGUMENT', { diamond }, 'give the address of the diamond', { cause });
  }
}

async function findMor(provider: JsonRpcProvider, diamond: Address): Promise<Address> {
  if ((await provider.getCode(diamond)) === '0x') {
    throw chainError('CHAIN_NO_CODE', { diamond }, 'check address and chain');
  }
  try {
    return parseAddress(await IYellowstone__factory.connect(diamond, provider).getToken());
  } catch (error) {
    const cause = decodeError(error, 'getToken');
    if (cause.code !== 'CHAIN_REVERTED' && cause.code !== 'CHAIN_FunctionNotFound') throw cause;
    throw chainError('CHAIN_NOT_A_DIAMOND', { diamond }, 'check address and chain', { cause });
  }
}
