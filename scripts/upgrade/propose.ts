import { toBeHex, ZeroHash } from 'ethers';
import { encodeCall, parseCall } from './calls';
import { durationText } from './time-text';
import { writeProposal, type NewRecord, type Proposal } from './proposal';
import { pendingProposals, sendAs, stateOf, type Owned } from './timelock';
import { planUpgrade, type UpgradeOptions } from './upgrade-plan';
import { refusal } from '../refusal';

const WORD_BYTES = 32;

/** What the timelock shall do, before it has an id. */
interface Intent {
  readonly target: string;
  readonly data: string;
  readonly words: readonly string[];
  readonly storageDifferences: readonly string[];
  readonly record?: NewRecord;
}

/** Deploys what changed, writes the proposal of the cut and schedules it. Undefined if there is nothing to do. */
export async function proposeUpgrade(owned: Owned, options: UpgradeOptions = {}): Promise<Proposal | undefined> {
  await refuseWhilePending(owned);
  const plan = await planUpgrade(owned, options);
  if (plan === undefined) {
    owned.log('nothing to do: the diamond serves the code of this repository');
    return undefined;
  }
  return schedule(owned, { ...plan, target: await owned.diamond.getAddress() });
}

/** Schedules one call of the owner on the diamond or on the timelock itself. */
export async function proposeCall(owned: Owned, text: string): Promise<Proposal> {
  const call = parseCall(text);
  for (const contract of [owned.diamond, owned.timelock]) {
    const encoded = encodeCall(call, contract.interface);
    if (encoded === undefined) continue;
    const target = await contract.getAddress();
    const place = contract === owned.diamond ? 'the diamond' : 'the timelock';
    return schedule(owned, {
      target,
      data: encoded.data,
      words: [`call ${encoded.words} on ${place}`],
      storageDifferences: [],
    });
  }
  throw refusal(`neither the diamond nor the timelock has a function ${call.name}`);
}

/** Two cuts that were planned from the same table would undo each other. */
async function refuseWhilePending(owned: Owned): Promise<void> {
  const cut = (await pendingProposals(owned)).find(({ record }) => record !== undefined);
  if (cut === undefined) return;
  throw refusal(`upgrade ${cut.operationId} is pending on ${cut.network}: execute or cancel it first`);
}

async function schedule(owned: Owned, intent: Intent): Promise<Proposal> {
  const { hre, timelock, folder, log } = owned;
  const { target, data, words, storageDifferences, record } = intent;
  const predecessor = ZeroHash;
  const { operationId, salt } = await freeOperation(owned, intent, predecessor);
  const delaySeconds = await timelock.getMinDelay();
  const proposal: Proposal = {
    network: hre.network.name,
    operationId,
    words,
    storageDifferences,
    timelock: await timelock.getAddress(),
    target,
    data,
    predecessor,
    salt,
    delaySeconds: Number(delaySeconds),
    ...(record === undefined ? {} : { record }),
  };
  log(`proposal ${writeProposal(folder, proposal)}`);
  words.forEach((line) => log(`  ${line}`));
  storageDifferences.forEach((line) => log(`  storage: ${line}`));
  if ((await stateOf(owned, operationId)) !== 'unknown') {
    log('it was scheduled before');
    return proposal;
  }
  const call = timelock.interface.encodeFunctionData('schedule', [target, 0, data, predecessor, salt, delaySeconds]);
  if (await sendAs(owned, 'PROPOSER_ROLE', call)) {
    const { delaySeconds: delay } = proposal;
    log(`scheduled: \`upgrade execute\` is possible ${delay === 0 ? 'now' : `in ${durationText(delay)}`}`);
  }
  return proposal;
}

/** The first salt whose operation was not done before: the same cut can be wanted a second time. */
async function freeOperation(
  owned: Owned,
  { target, data }: Intent,
  predecessor: string,
): Promise<Pick<Proposal, 'operationId' | 'salt'>> {
  for (let n = 0; ; ++n) {
    const salt = toBeHex(n, WORD_BYTES);
    const operationId = await owned.timelock.hashOperation(target, 0, data, predecessor, salt);
    if ((await stateOf(owned, operationId)) !== 'done') return { operationId, salt };
  }
}
