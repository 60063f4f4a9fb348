import type { ChainError } from '@yellowstone/client';

const OUTAGES = new Set<ChainError['code']>([
  'CHAIN_UNREACHABLE',
  'CHAIN_TIMEOUT',
  // The endpoints that are left serve another chain, or the connection is being closed: no verdict on any intent.
  'CHAIN_WRONG_CHAIN',
  'CHAIN_ABORTED',
]);

/** True if nothing can be done before the chain answers again. */
export function isOutage({ code }: ChainError): boolean {
  return OUTAGES.has(code);
}
