import { Interface } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import type { WantedFacet } from './cuts';
import { FACETS, type FacetEntry } from './facets';

/** Selectors and signatures of an interface, in the order of its ABI. */
export async function functionsOf(hre: HardhatRuntimeEnvironment, name: string): Promise<Map<string, string>> {
  const { abi } = await hre.artifacts.readArtifact(name);
  const functions = new Map<string, string>();
  new Interface(abi).forEachFunction((fragment) => functions.set(fragment.selector, fragment.format('sighash')));
  return functions;
}

/** Selectors of an interface, in the order of its ABI. */
export async function selectorsOf(hre: HardhatRuntimeEnvironment, name: string): Promise<string[]> {
  return [...(await functionsOf(hre, name)).keys()];
}

/** Every facet as it is recorded for this network, with the functions it must serve. */
export async function wantedFacets(
  hre: HardhatRuntimeEnvironment,
  facets: readonly FacetEntry[] = FACETS,
): Promise<WantedFacet[]> {
  return Promise.all(
    facets.map(async ({ facet, serves }) => ({
      address: (await hre.deployments.get(facet)).address,
      selectors: await selectorsOf(hre, serves),
    })),
  );
}
