import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { deployedDiamond } from '../diamond/deployed';
import { facetRows } from './code';
import { isDifferent } from './row';

/** One sentence for somebody who deploys again: nothing to do, or an upgrade is. */
export async function stateOfRepository(hre: HardhatRuntimeEnvironment): Promise<string> {
  const diamond = await deployedDiamond(hre);
  const address = await diamond.getAddress();
  const differences = (await facetRows(hre, diamond)).filter(isDifferent).map(({ subject }) => subject);
  if (differences.length === 0) return `nothing to do: the diamond at ${address} runs the code of this repository`;
  return (
    `nothing was deployed: the diamond at ${address} differs from this repository in ${differences.join(', ')}; ` +
    `an upgrade is needed: npm run upgrade -- propose --network ${hre.network.name}`
  );
}
