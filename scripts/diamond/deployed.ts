import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import type { TimelockController } from '../../typechain-types/@openzeppelin/contracts/governance/TimelockController';
import { refusal } from '../refusal';

/** True if this network has its diamond; what follows is then a matter of upgrades, never of another construction. */
export async function isDeployed({ deployments, ethers, network }: HardhatRuntimeEnvironment): Promise<boolean> {
  const record = await deployments.getOrNull('Diamond');
  // hardhat-deploy answers undefined where its types say null.
  if (!record) return false;
  if ((await ethers.provider.getCode(record.address)) !== '0x') return true;
  throw refusal(
    `the records of ${network.name} name a diamond at ${record.address}, but this chain has no code there. ` +
      'Is it the right chain? For a new local one, forget the records: hardhat deploy --network localhost --reset',
  );
}

/** The diamond of this network; a clear error if there is none. */
export async function deployedDiamond(hre: HardhatRuntimeEnvironment): Promise<IYellowstone> {
  const name = hre.network.name;
  if (!(await isDeployed(hre))) throw refusal(`${name} has no diamond yet: hardhat deploy --network ${name}`);
  const { address } = await hre.deployments.get('Diamond');
  return (await hre.ethers.getContractAt('IYellowstone', address)) as unknown as IYellowstone;
}

/** The timelock that owns the diamond. */
export async function owningTimelock(
  hre: HardhatRuntimeEnvironment,
  diamond: IYellowstone,
): Promise<TimelockController> {
  return (await hre.ethers.getContractAt('TimelockController', await diamond.owner())) as unknown as TimelockController;
}

/** The function table from the loupe: selector to facet address. */
export async function servedFunctions(diamond: IYellowstone): Promise<Map<string, string>> {
  const facets = await diamond.facets();
  return new Map(
    facets.flatMap(({ facetAddress, functionSelectors }) =>
      functionSelectors.map((selector) => [selector, facetAddress] as const),
    ),
  );
}
