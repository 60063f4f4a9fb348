import { recorded } from './recorded.js';

/** Where Yellowstone lives on one chain. */
export interface Deployment {
  /** The diamond; everything is called there. */
  readonly diamond: `0x${string}`;
  /** The MOR token. */
  readonly mor: `0x${string}`;
  /** The TimelockController that owns the diamond. */
  readonly timelock?: `0x${string}`;
  /** The delegate.xyz v2 registry. */
  readonly delegateRegistry?: `0x${string}`;
  /** Block of the diamond's creation: events start here. */
  readonly block: number;
}

/** Known deployments by decimal chain id. */
export const deployments: Readonly<Record<string, Deployment>> = Object.freeze(recorded);

/**
 * The deployment on a chain.
 * @throws Error that names the known chains, if there is none.
 */
export function deploymentOf(chainId: bigint | number): Deployment {
  const deployment = deployments[chainId.toString()];
  if (deployment !== undefined) return deployment;
  const known = Object.keys(deployments).join(', ') || 'none';
  throw new Error(
    `No deployment of Yellowstone is recorded for chain ${chainId} (recorded chains: ${known}). ` +
      'Give the address of the diamond, or update @yellowstone/contracts.',
  );
}
