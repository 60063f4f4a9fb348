import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { FACETS, type FacetEntry } from './facets';

/** Deploys every facet whose code is not the recorded one and names those; the others stay where they are. */
export async function deployFacets(
  { deployments, getNamedAccounts }: HardhatRuntimeEnvironment,
  facets: readonly FacetEntry[] = FACETS,
): Promise<string[]> {
  const { deployer } = await getNamedAccounts();
  const deployed: string[] = [];
  for (const { facet } of facets) {
    const { newlyDeployed } = await deployments.deploy(facet, { from: deployer!, log: true });
    if (newlyDeployed === true) deployed.push(facet);
  }
  return deployed;
}
