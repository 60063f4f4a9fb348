import { format } from 'prettier';
import { Interface, keccak256 } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { FACETS } from '../diamond/facets';
import { storageLayouts } from '../storage-layout';

/** Where the snapshots lie. */
export const SNAPSHOT_FOLDER = 'snapshots';

const DEPLOYED = [...FACETS.map(({ facet }) => facet as string), 'Diamond', 'DiamondInit'];

/** Name and text of every snapshot that follows from the sources alone; gas is measured elsewhere. */
export async function snapshotFiles(hre: HardhatRuntimeEnvironment): Promise<ReadonlyMap<string, string>> {
  const contents = {
    'size.json': await perContract(hre, (code) => (code.length - 2) / 2),
    'bytecode.json': await perContract(hre, (code) => keccak256(withoutMetadata(code))),
    'selectors.json': await selectors(hre),
    'storage.json': await storageLayouts(hre),
    'abi/IYellowstone.json': await surface(hre),
  };
  const texts = Object.entries(contents).map(async ([name, content]) => {
    const text = await format(JSON.stringify(content), { parser: 'json', printWidth: 120 });
    return [name, text] as const;
  });
  return new Map(await Promise.all(texts));
}

async function perContract<T>(hre: HardhatRuntimeEnvironment, value: (code: string) => T): Promise<Record<string, T>> {
  const entries = DEPLOYED.map(async (name) => {
    const { deployedBytecode } = await hre.artifacts.readArtifact(name);
    return [name, value(deployedBytecode)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The last two bytes tell how long the metadata before them is; all of it says nothing about behaviour. */
function withoutMetadata(code: string): string {
  const metadataBytes = Number.parseInt(code.slice(-4), 16) + 2;
  return code.slice(0, -2 * metadataBytes);
}

async function selectors(hre: HardhatRuntimeEnvironment): Promise<Record<string, { facet: string; function: string }>> {
  const rows: [string, { facet: string; function: string }][] = [];
  for (const { facet, serves } of FACETS) {
    const { abi } = await hre.artifacts.readArtifact(serves);
    new Interface(abi).forEachFunction((fragment) =>
      rows.push([fragment.selector, { facet, function: fragment.format() }]),
    );
  }
  return Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The whole surface as people read it, sorted. */
async function surface(hre: HardhatRuntimeEnvironment): Promise<string[]> {
  const { abi } = await hre.artifacts.readArtifact('IYellowstone');
  return new Interface(abi).format().sort();
}
