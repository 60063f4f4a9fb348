import type { DeployFunction } from 'hardhat-deploy/types';
import { deployFacets } from '../../scripts/diamond/deploy-facets';
import { isDeployed } from '../../scripts/diamond/deployed';

/** The code of the diamond; a facet that did not change is left where it is. */
const step: DeployFunction = async (hre) => {
  const { deployments, getNamedAccounts } = hre;
  const { deployer } = await getNamedAccounts();
  await deployFacets(hre);
  await deployments.deploy('DiamondInit', { from: deployer!, log: true });
};

step.tags = ['facets'];
step.skip = isDeployed;
export default step;
