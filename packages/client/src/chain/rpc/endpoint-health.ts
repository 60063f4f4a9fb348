import type { Endpoint } from './endpoint.js';
import type { RpcEndpointHealth } from './rpc-health.js';

/** @param lag blocks that it is behind, when these are too many */
export function healthOf(
  endpoint: Endpoint,
  { expected, lag }: { readonly expected: bigint | undefined; readonly lag: number },
): RpcEndpointHealth {
  const { host, chainId, head, failures, lastFailure } = endpoint;
  const facts = { host, head: head?.number, failures };
  if (expected !== undefined && chainId !== undefined && chainId !== expected) {
    return { ...facts, state: 'excluded', reason: `it serves chain ${chainId} instead of ${expected}` };
  }
  const rest = endpoint.restsForMs();
  if (rest > 0) {
    return { ...facts, state: 'resting', reason: `${lastFailure?.reason ?? ''}, asked again in ${seconds(rest)}` };
  }
  if (!endpoint.isReady()) return { ...facts, state: 'unknown', reason: lastFailure?.reason ?? 'not asked yet' };
  if (lag > 0) return { ...facts, state: 'behind', reason: `${lag} blocks behind the others` };
  return { ...facts, state: 'ready', reason: undefined };
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 100) / 10} s`;
}
