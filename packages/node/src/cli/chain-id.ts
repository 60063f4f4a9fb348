import { chainError } from '@yellowstone/client';

const TIMEOUT_MS = 15_000;

/** The chain behind an endpoint, before it is known where the diamond is. @throws ChainError */
export async function chainIdAt(rpcUrl: string, signal: AbortSignal): Promise<bigint> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(rpcUrl, { method: 'POST', headers, body, signal: limit });
    const { result } = (await answer.json()) as { result?: unknown };
    return BigInt(String(result));
  } catch (cause) {
    signal.throwIfAborted();
    throw chainError('CHAIN_UNREACHABLE', { doing: 'eth_chainId' }, 'check the RPC endpoint', { cause });
  }
}
