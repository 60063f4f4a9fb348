/** Chains of developers: blocks come when there is something to put in, and endpoints are on loopback. */
const DEVELOPMENT_CHAINS: readonly bigint[] = [1_337n, 31_337n];

export function isDevelopmentChain(chainId: bigint): boolean {
  return DEVELOPMENT_CHAINS.includes(chainId);
}
