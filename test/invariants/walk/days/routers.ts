import { BOND_MOR, BookStatus, HOLD_SECONDS, RouterState } from '../../../fixtures/compute';
import { MOR, Op } from '../../../fixtures/market';
import { isPaused, isRefused, type Handler, type Move } from '../moves';
import { count } from '../tally';
import { act, type World } from '../world';
import { daysIn, routersOf, type SeenRouter } from './moves';
import { registerNewKey } from './time';

const hold: Handler = async (world, dice) => {
  // A router with a thief behind it is noticed sooner.
  const suspects = routersOf(world).filter(({ signer }) =>
    daysIn(world).books.some(
      ({ router, kind }, i) =>
        router === signer && kind === 'stolen' && world.state.books[i]!.status !== BookStatus.Fallen,
    ),
  );
  const router = dice.pick(suspects.length > 0 && !dice.once(3) ? suspects : routersOf(world));
  const isPossible = router.state === RouterState.Admitted || router.state === RouterState.Suspended;
  if (!isPossible || router.heldAt !== 0n || router.holdableFrom > BigInt(world.now + 1)) return false;
  await act(world, world.guardian, 'holdRouter', [router.router]);
  return true;
};

/** The owner cancels or releases what is held. */
const decide: Handler = async (world, dice) => {
  const held = routersOf(world).filter(
    ({ heldAt, state }) =>
      heldAt !== 0n && state !== RouterState.Cancelled && Number(heldAt) + HOLD_SECONDS > world.now + 1,
  );
  if (held.length === 0) return false;
  await act(world, world.owner, dice.once(2) ? 'cancelRouter' : 'releaseRouter', [dice.pick(held).router]);
  return true;
};

const leaveRouter: Handler = async (world, dice) => {
  const router = dice.pick(routersOf(world));
  if (router.withdrawableAt !== 0n || router.state === RouterState.Left || !dice.once(3)) return false;
  await act(world, router.signer, 'leaveRouter', []);
  return true;
};

/** A bond leaves when it is due and covers nothing; before that it must not. */
const withdrawBond: Handler = async (world) => {
  const leaving = routersOf(world).filter(
    ({ withdrawableAt, state, bondMor }) => withdrawableAt !== 0n && state !== RouterState.Left && bondMor > 0n,
  );
  for (const { router } of leaving) {
    await act(world, world.stranger, 'settleRouter', [router]);
    if (
      await takeBond(
        world,
        routersOf(world).find((seen) => seen.router === router)!,
      )
    )
      return true;
  }
  return false;
};

/** Withdraws a bond, or finds it refused for the first reason there is. */
export async function takeBond(
  world: World,
  { router, withdrawableAt, openMor, heldAt, state }: SeenRouter,
): Promise<boolean> {
  const call = (): Promise<void> => act(world, world.stranger, 'withdrawBond', [router]);
  if (BigInt(world.now + 1) < withdrawableAt) return !(await isRefused('BondLocked', call));
  if (openMor > 0n) return !(await isRefused('BondCoversBooks', call));
  // A hold may run out with this very second.
  if (heldAt !== 0n && Number(heldAt) + HOLD_SECONDS === world.now + 1) return false;
  if (heldAt !== 0n && state !== RouterState.Cancelled) return !(await isRefused('RouterHeldNow', call));
  await call();
  count(world.tally, 'bonds went home');
  daysIn(world).books.forEach(({ router: signer }, i) => {
    const { status } = world.state.books[i]!;
    const isOver = status === BookStatus.Final || status === BookStatus.Fallen;
    if (signer.address === router && !isOver) throw new Error('a bond left before its books');
  });
  return true;
}

/** Another router is admitted for one that is gone, some of them with a small bond. */
const admit: Handler = async (world, dice) => {
  const { routers, spare } = daysIn(world);
  if (routersOf(world, RouterState.Admitted).filter(({ withdrawableAt }) => withdrawableAt === 0n).length >= 2)
    return false;
  const router = spare[0];
  if (router === undefined || isPaused(world, Op.Register)) return false;
  for (const { router: gone, state } of routersOf(world)) {
    const { nextShareBps } = await world.diamond.getRouter(gone);
    if (state !== RouterState.Admitted && nextShareBps > 0n) await act(world, world.owner, 'setRouterShare', [gone, 0]);
  }
  spare.shift();
  // Known first: what is said of it is read after the call.
  routers.push(router);
  await act(world, world.owner, 'admitRouter', [router.address, 4_000]);
  await act(world, router, 'bondRouter', [router.address, dice.once(3) ? 40n * MOR : BOND_MOR]);
  await registerNewKey(world, router);
  return true;
};

export const ROUTERS: readonly Move[] = [
  { name: 'hold', weight: 3, handler: hold },
  { name: 'decide', weight: 5, handler: decide },
  { name: 'leaveRouter', weight: 6, handler: leaveRouter },
  { name: 'withdrawBond', weight: 12, handler: withdrawBond },
  { name: 'admit', weight: 5, handler: admit },
];
