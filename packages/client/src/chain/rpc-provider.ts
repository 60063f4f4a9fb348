import { JsonRpcProvider, Network } from 'ethers';
import type { RpcPool } from './rpc/rpc-pool.js';

const MAX_BATCH = 50;

/** The face of a pool that ethers knows. Calls made within a few milliseconds travel in one request. */
export function openProvider(
  pool: RpcPool,
  { chainId, pollingIntervalMs }: { readonly chainId: bigint; readonly pollingIntervalMs: number },
): JsonRpcProvider {
  const network = Network.from(chainId);
  // The URL is never asked: every request goes through `_send`.
  const provider = new JsonRpcProvider('http://rpc-pool.invalid', network, {
    staticNetwork: network,
    batchMaxCount: MAX_BATCH,
    pollingInterval: pollingIntervalMs,
    // A read right after a write must not be answered from a cache.
    cacheTimeout: -1,
  });
  provider._send = (payload) => pool.send(payload) as ReturnType<JsonRpcProvider['_send']>;
  return provider;
}
