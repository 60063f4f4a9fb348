import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { deployedDiamond } from '../diamond/deployed';
import { sendOrPrint } from '../send-or-print';
import { refusal } from '../refusal';
import { timeText } from '../upgrade/time-text';
import { entriesOf, maskOf } from './entries';
import { HOLD_SECONDS, stateName } from './routers';

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

/**
 * Holds a router, as the guardian: nothing of its books becomes final until the owner decides.
 * @throws A refusal if the router cannot be held now, with the reason.
 */
export async function holdRouter(hre: HardhatRuntimeEnvironment, router: string, log: Log): Promise<void> {
  const diamond = await deployedDiamond(hre);
  const view = await diamond.getRouter(router);
  const state = stateName(view);
  if (state !== 'admitted' && state !== 'suspended')
    throw refusal(`${view.router} is ${state}: only an admitted or a suspended router can be held`);
  if (view.heldAt !== 0n) throw refusal(`${view.router} is held since ${timeText(view.heldAt)}`);
  const now = BigInt((await hre.ethers.provider.getBlock('latest'))!.timestamp); // every chain has one
  if (view.holdableFrom > now)
    throw refusal(`${view.router} can be held again from ${timeText(view.holdableFrom)}: it was released before`);
  if (!(await sendAsGuardian(hre, diamond.interface.encodeFunctionData('holdRouter', [router]), log))) return;
  const { heldAt } = await diamond.getRouter(router);
  log(`held: ${view.router} is cancelled at ${timeText(heldAt + HOLD_SECONDS)} unless the owner releases it before`);
}

async function sendAsGuardian(hre: HardhatRuntimeEnvironment, data: string, log: Log): Promise<boolean> {
  const diamond = await deployedDiamond(hre);
  const guardian = await diamond.guardian();
  const sender = (await hre.ethers.getSigners()).find(({ address }) => address === guardian);
  return sendOrPrint({ sender, role: `the guardian ${guardian}`, to: await diamond.getAddress(), data }, log);
}
