import { FetchRequest, JsonRpcProvider, Network } from 'ethers';
import type { ChainError } from '../errors.js';
import { chainError } from '../errors.js';
import { decodeError } from './decode-error.js';

export interface RpcOptions {
  readonly rpcUrl: string;
  readonly pollingIntervalMs: number;
  readonly requestTimeoutMs: number;
}

const MAX_BATCH = 50;

/** A provider for the chain behind a URL. It asks for the chain id once and never again. */
export async function openProvider(options: RpcOptions, signal?: AbortSignal): Promise<JsonRpcProvider> {
  const request = rpcRequest(options);
  const chainId = await askChainId(request, signal);
  const network = Network.from(chainId);
  return new JsonRpcProvider(request, network, {
    staticNetwork: network,
    batchMaxCount: MAX_BATCH,
    pollingInterval: options.pollingIntervalMs,
    // A read right after a write must not be answered from a cache.
    cacheTimeout: -1,
  });
}

function rpcRequest({ rpcUrl, requestTimeoutMs }: RpcOptions): FetchRequest {
  if (!/^https?:\/\//.test(rpcUrl)) {
    throw chainError('CHAIN_INVALID_ARGUMENT', { rpcUrl: 'not a http(s) URL' }, 'give http://host:port or https://…');
  }
  const request = new FetchRequest(rpcUrl);
  request.timeout = requestTimeoutMs;
  const getUrl = FetchRequest.createGetUrlFunc();
  // A kept-alive connection can be closed by the server at the moment it is used again; that says nothing about the
  // chain. All calls may be repeated: reads anyway, and a signed transaction is accepted once.
  request.getUrlFunc = (attempt, cancel) =>
    getUrl(attempt, cancel).catch((error: unknown) => {
      if (!isDroppedConnection(error)) throw error;
      return getUrl(attempt, cancel);
    });
  return request;
}

function isDroppedConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

async function askChainId(template: FetchRequest, signal: AbortSignal | undefined): Promise<bigint> {
  const request = template.clone();
  request.body = { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] };
  const cancel = (): void => request.cancel();
  if (signal?.aborted) throw chainError('CHAIN_ABORTED', { doing: 'connect' });
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const response = await request.send();
    response.assertOk();
    return chainIdOf(response.bodyText);
  } catch (error) {
    throw decodeError(error, 'connect');
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function chainIdOf(body: string): bigint {
  try {
    const { result } = JSON.parse(body) as { result?: unknown };
    if (typeof result === 'string') return BigInt(result);
  } catch (cause) {
    throw notRpc(cause);
  }
  throw notRpc(undefined);
}

function notRpc(cause: unknown): ChainError {
  const args = { doing: 'connect', reason: 'the answer to eth_chainId is not a chain id' };
  return chainError('CHAIN_RPC_FAILED', args, 'check that the URL is a JSON-RPC endpoint', { cause });
}
