import { formatEther } from 'ethers';
import type { HardhatRuntimeEnvironment } from 'hardhat/types';
import type { IYellowstone, RouterViewStructOutput } from '../../typechain-types/contracts/interfaces/IYellowstone';
import { deployedDiamond } from '../diamond/deployed';
import { timeText } from '../upgrade/time-text';

/** Routers as the contracts number their states; the same in contracts/types/Router.sol. */
const STATES = ['unknown', 'admitted', 'left', 'suspended', 'cancelled'] as const;
/** Day books as the contracts number them; the same in contracts/types/DayBook.sol. */
const STATUSES = ['none', 'open', 'sealed', 'final', 'fallen'] as const;

/** A hold that nobody decided for so long cancels the router [s] (7 days). */
export const HOLD_SECONDS = 604_800n;
/** So many days back a book can still be open or not final, if the router is not held. */
const RECENT_DAYS = 5n;

const mor = (amountMor: bigint): string => `${formatEther(amountMor)} MOR`;

export type RouterStateName = (typeof STATES)[number];
export const stateName = ({ state }: Pick<RouterViewStructOutput, 'state'>): RouterStateName => STATES[Number(state)]!;

/** Every router that was ever admitted, one line each. */
export async function routersLines(diamond: IYellowstone): Promise<string[]> {
  return (await diamond.getRouters()).map((view) => {
    const share = `share ${view.shareBps} bps`;
    const bond = `bond ${mor(view.bondMor)}, of it ${mor(view.openMor)} for books that are not final`;
    return `router            ${view.router} ${stateName(view)}, ${share}, ${bond}${heldText(view)}`;
  });
}

/** One router with the books of its last days. */
export async function routerLines(hre: HardhatRuntimeEnvironment, router: string): Promise<string[]> {
  const diamond = await deployedDiamond(hre);
  const view = await diamond.getRouter(router);
  const leaving = view.withdrawableAt === 0n ? 'no' : `bond free from ${timeText(view.withdrawableAt)}`;
  return [
    `router            ${view.router}`,
    `state             ${stateName(view)}${heldText(view)}`,
    `share             ${view.shareBps} bps today, ${view.nextShareBps} bps from tomorrow on`,
    `bond              ${mor(view.bondMor)}, of it ${mor(view.openMor)} for books that are not final`,
    `leaving           ${leaving}`,
    ...(await bookLines(diamond, view)),
  ];
}

function heldText({ heldAt, holdableFrom }: RouterViewStructOutput): string {
  if (heldAt !== 0n) return `, held since ${timeText(heldAt)}, cancelled at ${timeText(heldAt + HOLD_SECONDS)}`;
  return holdableFrom === 0n ? '' : `, can be held from ${timeText(holdableFrom)}`;
}

async function bookLines(diamond: IYellowstone, { router, openDay, clock }: RouterViewStructOutput): Promise<string[]> {
  const lines: string[] = [];
  for (let day = openDay; day > 0n && day + RECENT_DAYS >= openDay; day--) {
    const book = await diamond.getDayBook(router, day);
    const status = STATUSES[Number(book.status)]!; // the contracts know no other
    if (status === 'none') continue;
    const left = status === 'sealed' ? `, final in ${finalIn(book.finalClock, clock)} of its clock` : '';
    const demands = book.openDemands === 0n ? '' : `, ${book.openDemands} demands without an answer`;
    lines.push(
      `book of ${String(day).padEnd(10)}${status}, ${mor(book.totalMor)}, claimed ${mor(book.claimedMor)}${left}${demands}`,
    );
  }
  return lines;
}

const finalIn = (finalClock: bigint, clock: bigint): string => (finalClock > clock ? `${finalClock - clock} s` : '0 s');
