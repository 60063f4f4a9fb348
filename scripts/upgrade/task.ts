import { dirname, join } from 'node:path';
import { task, types } from 'hardhat/config';
import { TASK_COMPILE } from 'hardhat/builtin-tasks/task-names';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { proposeCall, proposeUpgrade } from './propose';
import { cancelProposal, executeProposal, listPending } from './settle';
import { ownedDiamond } from './timelock';
import { refusal } from '../refusal';

interface UpgradeArguments {
  readonly action: string;
  readonly id?: string;
  readonly call?: string;
  readonly init?: string;
  readonly allowRemoval: boolean;
  readonly noCompile: boolean;
}

task('upgrade', 'Changes the diamond through its timelock')
  .addPositionalParam('action', 'propose, execute, cancel or pending')
  .addOptionalParam('id', 'operation, if more than one is pending', undefined, types.string)
  .addOptionalParam(
    'call',
    'propose one call of the owner instead of a cut: "setGuardian(0x…)"',
    undefined,
    types.string,
  )
  .addOptionalParam('init', 'contract in contracts/init that runs inside the cut', undefined, types.string)
  .addFlag('allowRemoval', 'let the cut remove functions')
  .addFlag('noCompile', 'take the artifacts as they are')
  .setAction(async (options: UpgradeArguments, hre) => {
    if (!options.noCompile) await hre.run(TASK_COMPILE, { quiet: true });
    await act(hre, options);
  });

/** Proposals lie beside the folder of the deployment records. */
export const proposalsFolder = (hre: HardhatRuntimeEnvironment): string =>
  join(dirname(hre.config.paths.deployments), 'proposals');

async function act(hre: HardhatRuntimeEnvironment, options: UpgradeArguments): Promise<void> {
  const { action, id, call, init, allowRemoval } = options;
  const owned = await ownedDiamond(hre, { folder: proposalsFolder(hre), log: (line) => console.log(line) });
  switch (action) {
    case 'propose':
      if (call !== undefined) await proposeCall(owned, call);
      else await proposeUpgrade(owned, { allowRemoval, ...(init === undefined ? {} : { init }) });
      return;
    case 'execute':
      return executeProposal(owned, id);
    case 'cancel':
      return cancelProposal(owned, id);
    case 'pending':
      await listPending(owned);
      return;
    default:
      throw refusal(`upgrade knows propose, execute, cancel and pending, not ${action}`);
  }
}
