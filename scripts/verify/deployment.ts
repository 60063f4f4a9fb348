import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { deployedDiamond } from '../diamond/deployed';
import { FACETS, type FacetEntry } from '../diamond/facets';
import { codeRow, facetRows } from './code';
import { ownershipRows } from './ownership';
import { parameterRows } from './parameters';
import type { Row } from './row';

/** Everything on chain that the repository decides: code, functions, parameters, ownership. */
export async function deploymentRows(
  hre: HardhatRuntimeEnvironment,
  facets: readonly FacetEntry[] = FACETS,
): Promise<Row[]> {
  const diamond = await deployedDiamond(hre);
  return [
    await codeRow(hre, 'Diamond', await diamond.getAddress()),
    await codeRow(hre, 'TimelockController', await diamond.owner()),
    ...(await facetRows(hre, diamond, facets)),
    ...(await parameterRows(hre, diamond)),
    ...(await ownershipRows(hre, diamond)),
  ];
}
