import { ZeroAddress, type Signer } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import type { IYellowstone } from '../../typechain-types/contracts/interfaces/IYellowstone';
import type { TimelockController } from '../../typechain-types/@openzeppelin/contracts/governance/TimelockController';
import { deployedDiamond, owningTimelock } from '../diamond/deployed';
import { sendOrPrint } from '../send-or-print';
import { readProposals, type Proposal } from './proposal';
import { refusal } from '../refusal';

/** What every action on proposals needs. */
export interface Owned {
  readonly hre: HardhatRuntimeEnvironment;
  readonly diamond: IYellowstone;
  readonly timelock: TimelockController;
  /** Folder of the proposals. */
  readonly folder: string;
  readonly log: (line: string) => void;
}

/** States of an operation, in the order of OpenZeppelin's enum. */
const STATES = ['unknown', 'waiting', 'ready', 'done'] as const;
export type OperationState = (typeof STATES)[number];

export async function ownedDiamond(
  hre: HardhatRuntimeEnvironment,
  { folder, log }: Pick<Owned, 'folder' | 'log'>,
): Promise<Owned> {
  const diamond = await deployedDiamond(hre);
  return { hre, diamond, timelock: await owningTimelock(hre, diamond), folder, log };
}

export async function stateOf({ timelock }: Pick<Owned, 'timelock'>, operationId: string): Promise<OperationState> {
  return STATES[Number(await timelock.getOperationState(operationId))] ?? 'unknown';
}

/** Written proposals that were scheduled and neither executed nor cancelled. */
export async function pendingProposals(owned: Owned): Promise<Proposal[]> {
  const pending: Proposal[] = [];
  for (const proposal of readProposals(owned.folder, owned.hre.network.name)) {
    if (proposal.timelock !== (await owned.timelock.getAddress())) continue;
    if (await owned.timelock.isOperationPending(proposal.operationId)) pending.push(proposal);
  }
  return pending;
}

/** The proposal with this id, or the only pending one. */
export async function chosenProposal(owned: Owned, operationId: string | undefined): Promise<Proposal> {
  const { folder, hre } = owned;
  if (operationId !== undefined) {
    const known = readProposals(folder, hre.network.name).find((one) => one.operationId === operationId);
    if (known === undefined) throw refusal(`${folder} has no proposal ${operationId} for ${hre.network.name}`);
    return known;
  }
  const pending = await pendingProposals(owned);
  if (pending.length === 0) throw refusal(`no proposal is pending on ${hre.network.name}; first: upgrade propose`);
  if (pending.length > 1) {
    throw refusal(`choose one with --id: ${pending.map((one) => one.operationId).join(', ')}`);
  }
  return pending[0]!; // exactly one
}

/** Names of the timelock's roles in words. */
const ROLES = { PROPOSER_ROLE: 'a proposer', EXECUTOR_ROLE: 'an executor', CANCELLER_ROLE: 'a canceller' } as const;

/** Sends a call to the timelock from the first account of this machine that holds the role; true if it was sent. */
export async function sendAs({ hre, timelock, log }: Owned, role: keyof typeof ROLES, data: string): Promise<boolean> {
  const sender = await holderOf(hre, timelock, await timelock[role]());
  const to = await timelock.getAddress();
  return sendOrPrint({ sender, role: `${ROLES[role]} of the timelock`, to, data }, log);
}

async function holderOf(
  { ethers }: HardhatRuntimeEnvironment,
  timelock: TimelockController,
  role: string,
): Promise<Signer | undefined> {
  const isOpen = await timelock.hasRole(role, ZeroAddress);
  for (const signer of await ethers.getSigners()) {
    if (isOpen || (await timelock.hasRole(role, signer))) return signer;
  }
  return undefined;
}
