import { task, types } from 'hardhat/config';
import { refusal } from '../refusal';
import { endPause, pauseEntries } from './guardian';
import { stateLines } from './state';

const log = (line: string): void => console.log(line);

task('state', 'Shows owner, guardian, pauses and what the pool may pay').setAction(async (_, hre) => {
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
