import { Interface, ZeroAddress } from 'ethers';
import { describeCuts, planCuts } from '../diamond/cuts';
import { deployFacets } from '../diamond/deploy-facets';
import { servedFunctions } from '../diamond/deployed';
import { FACETS, type FacetEntry } from '../diamond/facets';
import { functionsOf, wantedFacets } from '../diamond/wanted';
import { storageLayouts, type StorageLayouts } from '../storage-layout';
import type { NewRecord } from './proposal';
import { storageDifferences } from './storage-differences';
import type { Owned } from './timelock';
import { refusal } from '../refusal';

export interface UpgradeOptions {
  readonly facets?: readonly FacetEntry[];
  /** A facet forgotten in the list must not silently disappear. */
  readonly allowRemoval?: boolean;
  /** Contract in contracts/init whose `initialise()` runs inside the cut. */
  readonly init?: string;
}

/** The cut with what it means; undefined if the diamond serves the wanted code already. */
export interface UpgradePlan {
  readonly data: string;
  readonly words: readonly string[];
  readonly storageDifferences: readonly string[];
  readonly record: NewRecord;
}

/** Checks everything that can be refused, then deploys changed facets and plans the cut from the loupe. */
export async function planUpgrade(
  owned: Owned,
  { facets = FACETS, allowRemoval = false, init }: UpgradeOptions,
): Promise<UpgradePlan | undefined> {
  const { hre, diamond, log } = owned;
  const served = await servedFunctions(diamond);
  const names = await namesOf(owned, facets);
  const removed = [...served.keys()].filter((selector) => !names.wanted.has(selector));
  if (removed.length > 0 && !allowRemoval) throw refusal(removalRefused(removed.map(names.signatureOf)));
  const storage = await storageLayouts(hre);
  const appended = await harmlessDifferences(owned, storage);

  const deployed = await deployFacets(hre, facets);
  log(deployed.length === 0 ? 'no facet changed' : `deployed: ${deployed.join(', ')}`);
  const cuts = planCuts(served, await wantedFacets(hre, facets));
  if (cuts.length === 0 && init === undefined) return undefined;
  const initialiser = await deployInitialiser(owned, init);
  const { abi } = await hre.artifacts.readArtifact('IYellowstone');
  return {
    data: diamond.interface.encodeFunctionData('diamondCut', [
      cuts.map((cut) => ({ ...cut, functionSelectors: [...cut.functionSelectors] })),
      initialiser.address,
      initialiser.data,
    ]),
    words: [...describeCuts(cuts, names.signatureOf), ...initialiser.words],
    storageDifferences: appended,
    record: { storage, abi },
  };
}

const removalRefused = (signatures: readonly string[]): string =>
  `the upgrade would remove ${signatures.join(', ')}; ` +
  'is a facet missing in scripts/diamond/facets.ts? If it is meant: --allow-removal';

/** Signatures of everything wanted and everything recorded. */
async function namesOf(
  { hre }: Owned,
  facets: readonly FacetEntry[],
): Promise<{ wanted: ReadonlySet<string>; signatureOf: (selector: string) => string }> {
  const names = new Map<string, string>();
  for (const { serves } of facets) {
    (await functionsOf(hre, serves)).forEach((signature, selector) => names.set(selector, signature));
  }
  const wanted = new Set(names.keys());
  const { abi } = await hre.deployments.get('Yellowstone');
  new Interface(abi).forEachFunction((fragment) => names.set(fragment.selector, fragment.format('sighash')));
  return { wanted, signatureOf: (selector) => names.get(selector) ?? selector };
}

/** Differences to the recorded storage; throws on those that would make stored values unreadable. */
async function harmlessDifferences({ hre }: Owned, storage: StorageLayouts): Promise<readonly string[]> {
  const { linkedData } = await hre.deployments.get('Yellowstone');
  const recorded = (linkedData as { storage?: StorageLayouts } | undefined)?.storage;
  if (recorded === undefined) throw refusal('the record Yellowstone has no storage layout to compare with');
  const { appended, broken } = storageDifferences(recorded, storage);
  if (broken.length === 0) return appended;
  throw refusal(`the storage may only grow at the end:\n- ${broken.join('\n- ')}`);
}

async function deployInitialiser(
  { hre }: Owned,
  name: string | undefined,
): Promise<{ address: string; data: string; words: readonly string[] }> {
  if (name === undefined) return { address: ZeroAddress, data: '0x', words: [] };
  const { deployer } = await hre.getNamedAccounts();
  const { address, abi } = await hre.deployments.deploy(name, { from: deployer!, log: true });
  const data = new Interface(abi).encodeFunctionData('initialise');
  return { address, data, words: [`run ${name}.initialise() at ${address}`] };
}
