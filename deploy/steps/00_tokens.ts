import type { DeployFunction } from 'hardhat-deploy/types';
import { isDeployed } from '../../scripts/diamond/deployed';
import { configOf } from '../config';

/** Local networks get a development MOR and a delegate registry; live ones bring their own. */
const step: DeployFunction = async ({ deployments, getNamedAccounts, network }) => {
  const { deployer } = await getNamedAccounts();
  const config = configOf(network.name);
  if (config.mor === undefined) await deployments.deploy('DevMor', { from: deployer!, log: true });
  if (config.delegateRegistry === undefined) {
    await deployments.deploy('LocalDelegateRegistry', { from: deployer!, log: true });
  }
};

step.tags = ['tokens'];
step.dependencies = ['chain'];
step.skip = isDeployed;
export default step;
