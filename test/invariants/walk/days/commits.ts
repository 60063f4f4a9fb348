import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { BookStatus, RouterState, commitOf, type BookTree } from '../../../fixtures/compute';
import { DAY, Op } from '../../../fixtures/market';
import type { Dice } from '../dice';
import { dayOf, isPaused, isRefused, type Handler, type Move } from '../moves';
import { act, type World } from '../world';
import { LIES, creditAny, emptyBook, exposedMor, stolenTree, treeOf, type BookKind, type WalkBook } from './books';
import { booksIn, daysIn, isQuiet, lastCommitAt, one, openToday, routerOf, routersOf, type SeenRouter } from './moves';

// --- What a commit may hold

/** The router's part of the launch incentive on a day [MOR-wei]. */
async function potOf(world: World, router: HardhatEthersSigner, day: number): Promise<bigint> {
  const { protocol } = daysIn(world).market;
  const launchDay = await world.diamond.getLaunchDay();
  if (!protocol.isLaunchDay(BigInt(day), launchDay)) return 0n;
  const { totalMor } = await world.diamond.getScheduledEmission(day);
  return protocol.potMor(totalMor, await world.diamond.routerShare(router, day));
}

interface Room {
  /** The most of the day's budget [MOR-wei]. */
  readonly capMor: bigint;
  /** What the bond has left for this book, what it holds already included [MOR-wei]. */
  readonly bondMor: bigint;
  readonly potMor: bigint;
}

async function roomOf(world: World, book: WalkBook): Promise<Room> {
  const { router, day, tree } = book;
  const isNew = !daysIn(world).books.includes(book);
  // A new book counts out what is final; here it is done before, so that it shows.
  if (isNew) await act(world, world.stranger, 'settleRouter', [router.address]);
  const potMor = await potOf(world, router, day);
  const { bondMor, openMor } = routerOf(world, book);
  const heldMor = isNew ? 0n : exposedMor(tree.totalMor, potMor);
  return { capMor: await world.diamond.requestCap(router, day), bondMor: bondMor - openMor + heldMor, potMor };
}

/** Commits a tree; what is above the cap or the bond must be refused and changes nothing. */
export async function commitTree(world: World, book: WalkBook, tree: BookTree, at?: number): Promise<boolean> {
  const { books } = daysIn(world);
  const { capMor, bondMor, potMor } = await roomOf(world, book);
  const call = (): Promise<void> =>
    act(world, book.router, 'commitDay', [commitOf(tree, book.day)], at ?? world.now + 1);
  if (isPaused(world, Op.Commit)) return !(await isRefused('OperationPaused', call));
  if (tree.totalMor > capMor) return !(await isRefused('RequestCapExceeded', call));
  if (exposedMor(tree.totalMor, potMor) > bondMor) return !(await isRefused('BondTooLow', call));
  // The checks behind the call look at the book as it is then.
  Object.assign(book, { tree, capMor, bondMor: routerOf(world, book).bondMor });
  if (!books.includes(book)) books.push(book);
  await call();
  return true;
}

/** Credits a few answers more and commits them; what is refused is forgotten. */
async function commitMore(world: World, dice: Dice, book: WalkBook, at?: number): Promise<boolean> {
  const days = daysIn(world);
  const answersBefore = book.answers.length;
  const running = new Map(book.running);
  for (let i = 0; i <= dice.roll(2); i++) await creditAny(days, book, dice);
  if (book.answers.length === answersBefore) return false;
  if (await commitTree(world, book, treeOf(days, book), at)) return true;
  book.answers.length = answersBefore;
  book.running.clear();
  running.forEach((value, user) => book.running.set(user, value));
  return false;
}

// --- Routers

/** The book that a router may go on with, or a new one of today; undefined if it may do neither. */
export function bookFor(world: World, router: SeenRouter, kind: BookKind, goesOn: boolean): WalkBook | undefined {
  const { openDay, heldAt, withdrawableAt, signer } = router;
  const running = booksIn(world, BookStatus.Open).find(
    (book) => book.router === signer && book.day === Number(openDay) && book.kind !== 'stolen',
  )?.book;
  const today = dayOf(world.now);
  const isLate = running !== undefined && world.now + 3 > lastCommitAt(running);
  if (running !== undefined && !isLate && (running.day === today || goesOn)) return running;
  const isTaken = daysIn(world).books.some((book) => book.router === signer && book.day === today);
  if (isTaken || heldAt !== 0n || withdrawableAt !== 0n || today < Number(openDay)) return undefined;
  return emptyBook(signer, today, kind);
}

/** An honest router, or one that lies in one book of three. */
const commit: Handler = async (world, dice) => {
  const router = one(dice, routersOf(world, RouterState.Admitted));
  if (router === undefined || !isQuiet(world, 3)) return false;
  if (!(await openToday(world))) return false;
  const kind = dice.once(3) ? dice.pick(LIES) : 'honest';
  const book = bookFor(world, router, kind, dice.once(3));
  return book !== undefined && commitMore(world, dice, book);
};

/** Commits in the last and the first second of a day, and in the last second in which a book takes any. */
const commitAtMidnight: Handler = async (world, dice) => {
  const running = booksIn(world, BookStatus.Open).filter(({ kind, book }) => {
    const { state, heldAt } = routerOf(world, book);
    return kind !== 'stolen' && state === RouterState.Admitted && heldAt === 0n;
  });
  const book = one(dice, running)?.book;
  if (book === undefined || world.state.pausedUntil > world.now) return false;
  const midnight = (book.day + 1) * DAY;
  const seconds = [midnight - 1, midnight, lastCommitAt(book)].filter((at) => at > world.now);
  let isDone = false;
  for (const at of seconds.slice(0, dice.once(2) ? 2 : 3)) isDone = (await commitMore(world, dice, book, at)) || isDone;
  if (world.now !== lastCommitAt(book) || world.state.pausedUntil > midnight) return isDone;
  const late = { ...commitOf(book.tree, book.day), totalMor: book.tree.totalMor + 1n };
  return isRefused('DayBookClosed', () => act(world, book.router, 'commitDay', [late]));
};

/** Somebody has the key of a router: the book of the day is all that cap and bond allow, and nothing can be shown. */
const steal: Handler = async (world, dice) => {
  const router = one(dice, routersOf(world, RouterState.Admitted));
  if (router === undefined || !isQuiet(world, 3) || !(await openToday(world))) return false;
  const book = bookFor(world, router, 'stolen', true);
  if (book === undefined) return false;
  const { capMor, bondMor, potMor } = await roomOf(world, book);
  const coveredMor = bondMor > 2n * potMor ? bondMor - potMor : bondMor / 2n;
  const dayMor = capMor < coveredMor ? capMor : coveredMor;
  if (dayMor <= (book.tree?.totalMor ?? 0n)) return false;
  const kind = book.kind;
  book.kind = 'stolen';
  if (await commitTree(world, book, stolenTree(daysIn(world), book, dayMor))) return true;
  book.kind = kind;
  return false;
};

export const COMMITS: readonly Move[] = [
  { name: 'commit', weight: 26, handler: commit },
  { name: 'commitAtMidnight', weight: 6, handler: commitAtMidnight },
  { name: 'steal', weight: 2, handler: steal },
];
