import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { deployedDiamond } from '../diamond/deployed';
import { sendOrPrint } from '../send-or-print';
import { entriesOf, maskOf } from './entries';

type Log = (line: string) => void;

/** Pauses entries for 72 h, as the guardian. */
export async function pauseEntries(hre: HardhatRuntimeEnvironment, entries: string, log: Log): Promise<void> {
  const diamond = await deployedDiamond(hre);
  const mask = maskOf(entries);
  const data = diamond.interface.encodeFunctionData('pause', [mask]);
  if (await sendAsGuardian(hre, data, log)) log(`paused: ${entriesOf(mask)}`);
}

/** Ends a pause early, as the guardian; the owner can do the same through the timelock. */
export async function endPause(hre: HardhatRuntimeEnvironment, log: Log): Promise<void> {
  const diamond = await deployedDiamond(hre);
  if (await sendAsGuardian(hre, diamond.interface.encodeFunctionData('unpause'), log)) log('nothing is paused');
}

async function sendAsGuardian(hre: HardhatRuntimeEnvironment, data: string, log: Log): Promise<boolean> {
  const diamond = await deployedDiamond(hre);
  const guardian = await diamond.guardian();
  const sender = (await hre.ethers.getSigners()).find(({ address }) => address === guardian);
  return sendOrPrint({ sender, role: `the guardian ${guardian}`, to: await diamond.getAddress(), data }, log);
}
