import { durationText, timeText } from './time-text';
import type { Proposal } from './proposal';
import { chosenProposal, sendAs, stateOf, type Owned } from './timelock';
import { refusal } from '../refusal';

/** Executes a proposal that is ready and brings the records up to date; done elsewhere, only the latter. */
export async function executeProposal(owned: Owned, operationId?: string): Promise<void> {
  const proposal = await chosenProposal(owned, operationId);
  const state = await stateOf(owned, proposal.operationId);
  if (state === 'unknown') throw refusal(`${proposal.operationId} is not scheduled: propose it, or it was cancelled`);
  if (state === 'waiting') throw refusal(await waitingText(owned, proposal));
  if (state === 'ready') {
    const { target, data, predecessor, salt } = proposal;
    const call = owned.timelock.interface.encodeFunctionData('execute', [target, 0, data, predecessor, salt]);
    if (!(await sendAs(owned, 'EXECUTOR_ROLE', call))) return;
  }
  await updateRecords(owned, proposal);
  owned.log(`executed: ${proposal.operationId}`);
}

/** Cancels a scheduled operation, also one that somebody else scheduled. */
export async function cancelProposal(owned: Owned, operationId?: string): Promise<void> {
  const id = operationId ?? (await chosenProposal(owned, undefined)).operationId;
  const state = await stateOf(owned, id);
  if (state === 'unknown' || state === 'done') throw refusal(`${id} is not pending, its state is ${state}`);
  const call = owned.timelock.interface.encodeFunctionData('cancel', [id]);
  if (await sendAs(owned, 'CANCELLER_ROLE', call)) owned.log(`cancelled: ${id}`);
}

/** Every pending operation of the timelock, whoever scheduled it. */
export async function listPending(owned: Owned): Promise<string[]> {
  const { hre, diamond, timelock } = owned;
  const { receipt } = await hre.deployments.get('TimelockController');
  const scheduled = await timelock.queryFilter(timelock.filters.CallScheduled(), receipt?.blockNumber ?? 0);
  const pending: string[] = [];
  for (const { id, target, data } of scheduled.map(({ args }) => args)) {
    if (!(await timelock.isOperationPending(id))) continue;
    const contract = target === (await diamond.getAddress()) ? diamond : timelock;
    const name = contract.interface.parseTransaction({ data })?.signature ?? `unknown call ${data.slice(0, 10)}`;
    pending.push(`${id} ${name} on ${target}, ready ${timeText(await timelock.getTimestamp(id))}`);
  }
  owned.log(pending.length === 0 ? 'nothing is pending' : pending.join('\n'));
  return pending;
}

async function waitingText({ hre, timelock }: Owned, { operationId }: Proposal): Promise<string> {
  const readyAt = await timelock.getTimestamp(operationId);
  const latest = await hre.ethers.provider.getBlock('latest');
  const seconds = Number(readyAt) - latest!.timestamp; // there is always a latest block
  return `${operationId} is not ready: ${durationText(seconds)} left, until ${timeText(readyAt)}`;
}

async function updateRecords({ hre, diamond, log }: Owned, { record }: Proposal): Promise<void> {
  if (record === undefined) return;
  await hre.deployments.save('Yellowstone', {
    address: await diamond.getAddress(),
    abi: [...record.abi],
    linkedData: { storage: record.storage },
  });
  log('recorded: functions and storage layout of Yellowstone');
}
