import { dataLength, keccak256 } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { servedFunctions } from '../diamond/deployed';
import { FACETS, type FacetEntry } from '../diamond/facets';
import { functionsOf } from '../diamond/wanted';
import { row, type Row } from './row';

/** Runtime code of one contract; without metadata hash and immutables it must be the artifact's, byte for byte. */
export async function codeRow(hre: HardhatRuntimeEnvironment, name: string, address: string): Promise<Row> {
  const { deployedBytecode } = await hre.artifacts.readArtifact(name);
  const code = await hre.ethers.provider.getCode(address);
  return row(`${name} code`, digestOf(deployedBytecode), digestOf(code));
}

const digestOf = (code: string): string => `${dataLength(code)} bytes, keccak256 ${keccak256(code).slice(0, 18)}`;

/** The code of every facet and the function table. */
export async function facetRows(
  hre: HardhatRuntimeEnvironment,
  diamond: IYellowstone,
  facets: readonly FacetEntry[] = FACETS,
): Promise<Row[]> {
  const served = await servedFunctions(diamond);
  const foreign = new Set(served.keys());
  const rows: Row[] = [];
  for (const { facet, serves } of facets) {
    const wanted = await functionsOf(hre, serves);
    const missing = [...wanted].filter(([selector]) => !served.has(selector));
    const homes = new Set([...wanted.keys()].flatMap((selector) => served.get(selector) ?? []));
    wanted.forEach((_, selector) => foreign.delete(selector));
    for (const home of homes) rows.push(await codeRow(hre, facet, home));
    const present = wanted.size - missing.length;
    const lacking = missing.map(([selector, signature]) => `, without ${signature} ${selector}`).join('');
    rows.push(
      row(
        `${facet} functions`,
        `${wanted.size} at one address`,
        `${present} at ${homes.size === 1 ? 'one address' : `${homes.size} addresses`}${lacking}`,
      ),
    );
  }
  return [...rows, row('other functions', 'none', [...foreign].join(', ') || 'none')];
}
