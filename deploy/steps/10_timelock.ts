import { ZeroAddress } from 'ethers';
import type { DeployFunction } from 'hardhat-deploy/types';
import { isDeployed } from '../../scripts/diamond/deployed';
import { configOf } from '../config';

/** The owner of the diamond. It administers itself: nobody can change its roles or delay without waiting. */
const step: DeployFunction = async ({ deployments, getNamedAccounts, network }) => {
  const { deployer } = await getNamedAccounts();
  const { timelockSeconds, proposer } = configOf(network.name);
  const proposers = [proposer ?? deployer!];
  await deployments.deploy('TimelockController', {
    from: deployer!,
    log: true,
    args: [timelockSeconds, proposers, proposers, ZeroAddress],
  });
};

step.tags = ['timelock'];
step.skip = isDeployed;
export default step;
