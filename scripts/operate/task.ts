import { isAddress } from 'ethers';
import { task, types } from 'hardhat/config';
import { refusal } from '../refusal';
import { ownedDiamond } from '../upgrade/timelock';
import { proposalsFolder } from '../upgrade/task';
import { endPause, holdRouter, pauseEntries } from './guardian';
import { proposeAdmission, proposeCancellation, proposeRelease } from './router-proposals';
import { routerLines } from './routers';
import { stateLines } from './state';

const log = (line: string): void => console.log(line);

task('state', 'Shows owner, guardian, pauses, what the pool may pay, and routers').setAction(async (_, hre) => {
  (await stateLines(hre)).forEach(log);
});

interface GuardianArguments {
  readonly action: string;
  readonly entries: string;
}

task('guardian', 'Pauses entries for 72 h, or ends a pause')
  .addPositionalParam('action', 'pause or unpause')
  .addOptionalParam('entries', 'register, bid, open, commit, separated by commas, or all', 'all', types.string)
  .setAction(async ({ action, entries }: GuardianArguments, hre) => {
    if (action === 'pause') return pauseEntries(hre, entries, log);
    if (action === 'unpause') return endPause(hre, log);
    throw refusal(`guardian knows pause and unpause, not ${action}`);
  });

interface RouterArguments {
  readonly action: string;
  readonly router: string;
  readonly share?: number;
}

task('router', 'Shows, holds, admits, releases or cancels a router')
  .addPositionalParam('action', 'show; hold (guardian); admit, release or cancel (proposals of the owner)')
  .addPositionalParam('router', 'address of the router')
  .addOptionalParam('share', 'part of the budget of a router that is admitted [bps]', undefined, types.int)
  .setAction(async ({ action, router, share }: RouterArguments, hre) => {
    if (!isAddress(router)) throw refusal(`not an address: ${router}`);
    if (action === 'show') return (await routerLines(hre, router)).forEach(log);
    if (action === 'hold') return holdRouter(hre, router, log);
    const owned = await ownedDiamond(hre, { folder: proposalsFolder(hre), log });
    if (action === 'admit') {
      if (share === undefined) throw refusal('admit takes --share, the part of the budget in bps: 6000 is 60 %');
      await proposeAdmission(owned, router, share);
    } else if (action === 'release') await proposeRelease(owned, router);
    else if (action === 'cancel') await proposeCancellation(owned, router);
    else throw refusal(`router knows show, hold, admit, release and cancel, not ${action}`);
  });
