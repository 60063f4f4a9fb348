import { Interface } from 'ethers';
import type { DeployFunction } from 'hardhat-deploy/types';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { planCuts } from '../../scripts/diamond/cuts';
import { isDeployed } from '../../scripts/diamond/deployed';
import { wantedFacets } from '../../scripts/diamond/wanted';
import { storageLayouts } from '../../scripts/storage-layout';
import { stateOfRepository } from '../../scripts/verify/state';
import { configOf } from '../config';

/** The diamond in one transaction: functions, parameters, final owner. Where it stands already, only words. */
const step: DeployFunction = async (hre) => {
  const { deployments } = hre;
  const isNew = !(await isDeployed(hre));
  if (isNew) await construct(hre);
  const { address } = await deployments.get('Diamond');
  // The second record is missing when the first run was interrupted between the two.
  if ((await deployments.getOrNull('Yellowstone'))?.address !== address) {
    const { abi } = await deployments.getArtifact('IYellowstone');
    const linkedData = { storage: await storageLayouts(hre) };
    await deployments.save('Yellowstone', { address, abi, linkedData });
  }
  if (!isNew) deployments.log(await stateOfRepository(hre));
};

async function construct(hre: HardhatRuntimeEnvironment): Promise<void> {
  const { deployments, getNamedAccounts, network } = hre;
  const { deployer, guardian } = await getNamedAccounts();
  const config = configOf(network.name);
  const addressOf = async (name: string): Promise<string> => (await deployments.get(name)).address;
  const init = await deployments.get('DiamondInit');
  const parameters = {
    ...config,
    mor: config.mor ?? (await addressOf('DevMor')),
    guardian: config.guardian ?? guardian,
    delegateRegistry: config.delegateRegistry ?? (await addressOf('LocalDelegateRegistry')),
  };
  const initData = new Interface(init.abi).encodeFunctionData('initialise', [parameters]);
  const cuts = planCuts(new Map(), await wantedFacets(hre));
  const args = [cuts, await addressOf('TimelockController'), init.address, initData];
  await deployments.deploy('Diamond', { from: deployer!, log: true, args });
}

step.tags = ['diamond'];
step.dependencies = ['tokens', 'timelock', 'facets'];
export default step;
