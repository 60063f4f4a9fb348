import type { ChainError } from '@yellowstone/client';

/** True if nothing can be done before the chain answers again. */
export function isOutage({ code }: ChainError): boolean {
  return code === 'CHAIN_UNREACHABLE' || code === 'CHAIN_TIMEOUT';
}
