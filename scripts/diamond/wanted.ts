import { Interface } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import type { WantedFacet } from './cuts';
import { FACETS } from './facets';

/** Selectors of an interface, in the order of its ABI. */
export async function selectorsOf(hre: HardhatRuntimeEnvironment, name: string): Promise<string[]> {
  const { abi } = await hre.artifacts.readArtifact(name);
  const selectors: string[] = [];
  new Interface(abi).forEachFunction((fragment) => selectors.push(fragment.selector));
  return selectors;
}

/** Every facet as it is recorded for this network, with the functions it must serve. */
export async function wantedFacets(hre: HardhatRuntimeEnvironment): Promise<WantedFacet[]> {
  return Promise.all(
    FACETS.map(async ({ facet, serves }) => ({
      address: (await hre.deployments.get(facet)).address,
      selectors: await selectorsOf(hre, serves),
    })),
  );
}
