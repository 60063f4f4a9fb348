import { ethers } from 'hardhat';
import { BookStatus, HOLD_SECONDS, RouterState } from '../../../fixtures/compute';
import { DAY, HOUR, MOR, Purpose, Verdict } from '../../../fixtures/market';
import { NO_RECEIPT } from '../../../fixtures/sessions';
import { same } from '../checks/assert';
import { sum } from '../checks/check';
import { dayOf, openSessions, signerOf, wait } from '../moves';
import { act, type World } from '../world';
import type { WalkBook } from './books';
import { claimLeaf, dropBook } from './claims';
import { challengeBook, challengeOf, demandOf, endDemandOf, sealedBooks, showOf } from './disputes';
import { booksIn, daysIn, routerOf, routersOf } from './moves';
import { takeBond } from './routers';
import { receiveEmission } from './time';

const EVERYTHING = ethers.MaxUint256 >> 128n;
/** More than the longest delays take one after the other: a pause, 24 h, 36 h, 7 days, and the guard. */
const MOST_DAYS = 40;

/** Everybody leaves, day by day as far as the delays and the guard allow, and what is left is looked at to the wei. */
export async function windDown(world: World): Promise<void> {
  await act(world, world.owner, 'setPoolParameters', [100, 100, MOR]);
  for (const { sessionId, user } of openSessions(world)) {
    await act(world, signerOf(world, user), 'closeSession', [sessionId, Verdict.Pass, NO_RECEIPT, '0x']);
  }
  await endMarket(world);
  for (const { router, signer, state, withdrawableAt } of routersOf(world)) {
    const isGone = withdrawableAt !== 0n || state === RouterState.Left;
    if (!isGone) await act(world, signer, 'leaveRouter', []);
    if (state === RouterState.Admitted && isHeld(world, router))
      await act(world, world.owner, 'releaseRouter', [router]);
  }
  for (let i = 0; i < MOST_DAYS && !isEmpty(world); i++) {
    await settleDisputes(world);
    await claimAll(world);
    await leaveAll(world);
    await wait(world, (dayOf(world.now) + 1) * DAY + HOUR - world.now);
    await receiveEmission(world, 1);
  }
  lookAtTheRest(world);
}

const isHeld = (world: World, router: string): boolean => {
  const { heldAt } = routersOf(world).find((seen) => seen.router === router)!; // a router of the walk
  return heldAt !== 0n && Number(heldAt) + HOLD_SECONDS > world.now + 1;
};

/** All bids are taken off, all stakes are on their way out. */
async function endMarket(world: World): Promise<void> {
  for (const { bidId, provider, isDeleted } of [...world.bids.values()]) {
    if (!isDeleted) await act(world, signerOf(world, provider), 'deleteModelBid', [bidId]);
  }
  for (const { modelId, owner, isActive, stakeMor } of world.state.models) {
    if (isActive || stakeMor > 0n) await act(world, signerOf(world, owner), 'modelDeregister', [modelId]);
  }
  for (const [i, user] of world.users.entries()) {
    for (const purpose of ['Session', 'Access'] as const) {
      const { activeMor } = world.state.accounts[purpose][i]!;
      if (activeMor > 0n) await act(world, user, 'unstake', [Purpose[purpose], activeMor]);
    }
  }
}

/** Seals, shows, challenges and demands what can be, and drops what a cancelled router left. */
async function settleDisputes(world: World): Promise<void> {
  const { books } = daysIn(world);
  for (const { book } of booksIn(world, BookStatus.Open)) {
    const isOver = world.now + 1 >= Math.max((book.day + 2) * DAY, world.state.pausedUntil + DAY);
    if (isOver) await act(world, world.stranger, 'sealDay', [book.router.address, book.day]);
  }
  for (const book of books) {
    for (const positionMor of [...book.demands.keys()]) {
      const isShown = (book.kind === 'honest' || book.kind === 'twice') && (await showOf(world, book, positionMor));
      if (!isShown) await endDemandOf(world, book, positionMor);
    }
  }
  for (const seen of sealedBooks(world)) {
    if (challengeOf(world, seen.book) !== undefined) await challengeBook(world, seen.book);
    else if (seen.kind !== 'honest') await demandOf(world, seen, seen.seen.totalMor - 1n);
  }
  for (const status of [BookStatus.Open, BookStatus.Sealed]) {
    for (const { book } of booksIn(world, status)) {
      if (routerOf(world, book).state === RouterState.Cancelled) await dropBook(world, book);
    }
  }
}

/** Leaves of final books that nobody claimed; one of a book that does not add up never can be. */
const unclaimedIn = (world: World): { book: WalkBook; place: number }[] =>
  booksIn(world, BookStatus.Final).flatMap(({ book }) =>
    book.tree.claims.flatMap(({ leaf }, place) =>
      book.kind === 'sums' || book.claimed.has(leaf.provider) ? [] : [{ book, place }],
    ),
  );

async function claimAll(world: World): Promise<void> {
  for (const { book, place } of unclaimedIn(world)) {
    const { provider } = book.tree.claims[place]!.leaf;
    if (!book.claimed.has(provider)) await claimLeaf(world, book, place);
  }
  for (const { address, waitingMor } of world.state.waiting) {
    if (waitingMor > 0n) await act(world, world.stranger, 'collectRequestCredits', [address, EVERYTHING]);
  }
  for (const { address, vestedMor, directOwedMor } of world.state.providers) {
    if (vestedMor > 0n) await act(world, world.stranger, 'claimSessionCredits', [address, EVERYTHING]);
    if (directOwedMor > 0n) await act(world, world.stranger, 'withdrawDirect', [address]);
  }
}

async function leaveAll(world: World): Promise<void> {
  for (const { address, isActive, stakeMor } of world.state.providers) {
    const provider = signerOf(world, address);
    const isFree = stakeMor > 0n && (await world.diamond.getExposedStake(provider)) < stakeMor;
    if (isActive || isFree) await act(world, provider, 'providerDeregister', [address]);
  }
  for (const [i, user] of world.users.entries()) {
    if (world.state.unstaking[i]!.dueMor > 0n) await act(world, user, 'withdrawStake', []);
  }
  for (const { router, bondMor, withdrawableAt } of routersOf(world)) {
    if (bondMor === 0n || BigInt(world.now + 2) < withdrawableAt) continue;
    await act(world, world.stranger, 'settleRouter', [router]);
    await takeBond(
      world,
      routersOf(world).find((seen) => seen.router === router)!,
    ); // still there
  }
}

/** What is owed and can never be claimed: what false books that became final do not add up to [MOR-wei]. */
function unclaimableMor(world: World): bigint {
  return sum(booksIn(world, BookStatus.Final).map(({ seen }) => seen.totalMor - seen.claimedMor));
}

function isEmpty(world: World): boolean {
  const { buckets, pool } = world.state;
  const { Pool: _pool, Fees: _fees, ...stakes } = buckets;
  const isPending = booksIn(world, BookStatus.Open).length + booksIn(world, BookStatus.Sealed).length > 0;
  return (
    !isPending &&
    unclaimedIn(world).length === 0 &&
    sum(Object.values(stakes)) === 0n &&
    pool.owedMor === unclaimableMor(world)
  );
}

/** Nothing is left but pool and fees; every honest book was paid to the wei. */
function lookAtTheRest(world: World): void {
  const { buckets, pool, balanceMor } = world.state;
  const { Pool: poolMor, Fees: feesMor, ...stakes } = buckets;
  for (const [name, amountMor] of Object.entries(stakes)) same(amountMor, 0n, name);
  same(balanceMor - world.donatedMor, poolMor + feesMor, 'the diamond holds pool and fees');
  same(pool.owedMor, unclaimableMor(world), 'nothing is owed any more');
  for (const { kind, seen, day } of booksIn(world, BookStatus.Final)) {
    if (kind === 'honest') same(seen.claimedMor, seen.totalMor, `the honest book of ${day}`);
  }
  const { protocol } = world;
  const scheduledComputeOfDay = (day: bigint): bigint =>
    protocol.scheduledComputeOfDay(protocol.ARBITRUM_SCHEDULE, day);
  same(protocol.guardViolations(world.pool, { guardBps: 100n, scheduledComputeOfDay }), [], 'the oracle of the guard');
}
