import type { DeployFunction } from 'hardhat-deploy/types';
import { FACETS } from '../../scripts/diamond/facets';

/** The code of the diamond; a facet that did not change is left where it is. */
const step: DeployFunction = async ({ deployments, getNamedAccounts }) => {
  const { deployer } = await getNamedAccounts();
  for (const { facet } of FACETS) await deployments.deploy(facet, { from: deployer!, log: true });
  await deployments.deploy('DiamondInit', { from: deployer!, log: true });
};

step.tags = ['facets'];
export default step;
