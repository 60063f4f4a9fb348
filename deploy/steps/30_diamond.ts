import { Interface } from 'ethers';
import type { DeployFunction } from 'hardhat-deploy/types';
import { planCuts } from '../../scripts/diamond/cuts';
import { wantedFacets } from '../../scripts/diamond/wanted';
import { configOf } from '../config';

/** The diamond in one transaction: functions, parameters, final owner. */
const step: DeployFunction = async (hre) => {
  const { deployments, getNamedAccounts, network } = hre;
  const { deployer, guardian } = await getNamedAccounts();
  const config = configOf(network.name);
  if (await deployments.getOrNull('Diamond')) return;

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
  const diamond = await deployments.deploy('Diamond', {
    from: deployer!,
    log: true,
    args: [cuts, await addressOf('TimelockController'), init.address, initData],
  });
  const { abi } = await deployments.getArtifact('IYellowstone');
  await deployments.save('Yellowstone', { address: diamond.address, abi });
};

step.tags = ['diamond'];
step.dependencies = ['tokens', 'timelock', 'facets'];
export default step;
