import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { configOf } from '../../deploy/config';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { owningTimelock } from '../diamond/deployed';
import { row, type Row } from './row';

/** The owner must be the recorded timelock, with the configured delay, and nobody else may hold its roles. */
export async function ownershipRows(hre: HardhatRuntimeEnvironment, diamond: IYellowstone): Promise<Row[]> {
  const config = configOf(hre.network.name);
  const { deployer } = await hre.getNamedAccounts();
  const record = await hre.deployments.get('TimelockController');
  const owner = row('owner', record.address, await diamond.owner());
  // An owner that is not the timelock cannot be asked for its delay and roles.
  if (owner.expected !== owner.found) return [owner];

  const timelock = await owningTimelock(hre, diamond);
  const proposer = (config.proposer ?? deployer!).toLowerCase();
  const roles = [
    { name: 'proposers', role: await timelock.PROPOSER_ROLE(), wanted: proposer },
    { name: 'executors', role: await timelock.EXECUTOR_ROLE(), wanted: proposer },
    { name: 'cancellers', role: await timelock.CANCELLER_ROLE(), wanted: proposer },
    { name: 'admins', role: await timelock.DEFAULT_ADMIN_ROLE(), wanted: record.address.toLowerCase() },
  ];
  const holders = await holdersOfRoles(timelock, record.receipt?.blockNumber ?? 0);
  return [
    owner,
    row('timelock delay [s]', config.timelockSeconds, await timelock.getMinDelay()),
    ...roles.map(({ name, role, wanted }) =>
      row(`timelock ${name}`, wanted, [...(holders.get(role) ?? [])].join(', ') || 'none'),
    ),
  ];
}

/** Who holds each role now, from everything that was granted and revoked since the deployment. */
async function holdersOfRoles(
  timelock: Awaited<ReturnType<typeof owningTimelock>>,
  fromBlock: number,
): Promise<Map<string, Set<string>>> {
  const granted = await timelock.queryFilter(timelock.filters.RoleGranted(), fromBlock);
  const holders = new Map<string, Set<string>>();
  for (const { role, account } of granted.map(({ args }) => args)) {
    if (!(await timelock.hasRole(role, account))) continue;
    holders.set(role, (holders.get(role) ?? new Set()).add(account.toLowerCase()));
  }
  return holders;
}
