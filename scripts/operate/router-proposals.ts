import type { Proposal } from '../upgrade/proposal';
import { proposeCall } from '../upgrade/propose';
import type { Owned } from '../upgrade/timelock';
import { refusal } from '../refusal';
import { stateName } from './routers';

const BPS = 10_000n;

/** Proposes to admit a router with a share of the budget. @throws A refusal if the call could not succeed now. */
export async function proposeAdmission(owned: Owned, router: string, shareBps: number): Promise<Proposal> {
  const view = await owned.diamond.getRouter(router);
  const state = stateName(view);
  if (state !== 'unknown' && state !== 'left') {
    throw refusal(`${view.router} is ${state}: ${state === 'admitted' ? 'it is there' : 'it takes a new address'}`);
  }
  const shares = (await owned.diamond.getRouters()).map(({ nextShareBps }) => nextShareBps);
  const takenBps = shares.reduce((sum, bps) => sum + bps, 0n);
  if (takenBps + BigInt(shareBps) > BPS) {
    throw refusal(`${takenBps} of ${BPS} bps are taken: ${shareBps} more are too many, see hardhat state`);
  }
  return proposeCall(owned, `admitRouter(${view.router}, ${shareBps})`);
}

/** Proposes to let a held router go on. @throws A refusal unless it is held. */
export async function proposeRelease(owned: Owned, router: string): Promise<Proposal> {
  return proposeCall(owned, `releaseRouter(${await heldRouter(owned, router)})`);
}

/** Proposes to cancel a held router for ever. @throws A refusal unless it is held. */
export async function proposeCancellation(owned: Owned, router: string): Promise<Proposal> {
  return proposeCall(owned, `cancelRouter(${await heldRouter(owned, router)})`);
}

async function heldRouter({ diamond }: Owned, router: string): Promise<string> {
  const view = await diamond.getRouter(router);
  const state = stateName(view);
  if (state === 'cancelled') throw refusal(`${view.router} is cancelled, for ever`);
  if (view.heldAt === 0n) throw refusal(`${view.router} is ${state} and not held`);
  return view.router;
}
