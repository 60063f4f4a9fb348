import { formatEther } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import { deployedDiamond } from '../diamond/deployed';
import { timeText } from '../upgrade/time-text';
import { entriesOf } from './entries';
import { routersLines } from './routers';

/** What an operator looks at first: who decides, what is paused, what the pool may pay now, which routers there are. */
export async function stateLines(hre: HardhatRuntimeEnvironment): Promise<string[]> {
  const diamond = await deployedDiamond(hre);
  const pause = await diamond.pauseState();
  const pool = await diamond.getPool();
  const mor = (amountMor: bigint): string => `${formatEther(amountMor)} MOR`;
  return [
    `diamond           ${await diamond.getAddress()}`,
    `owner             ${await diamond.owner()}`,
    `guardian          ${await diamond.guardian()}`,
    `paused            ${entriesOf(pause.operations)}${pause.operations === 0n ? '' : ` until ${timeText(pause.until)}`}`,
    `pool              ${mor(pool.balanceMor)}, owed ${mor(pool.owedMor)}, ever paid ${mor(pool.paidMor)}`,
    `last 24 h         paid ${mor(pool.spentMor)}, received ${mor(pool.receivedMor)}`,
    `guard lets out    ${mor(pool.availableMor)} now`,
    ...(await routersLines(diamond)),
  ];
}
