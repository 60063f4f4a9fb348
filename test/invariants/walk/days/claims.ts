import { BookStatus, RouterState, providerProofOf } from '../../../fixtures/compute';
import { DAY, HOUR, MOR } from '../../../fixtures/market';
import { isRefused, wait, type Handler, type Move } from '../moves';
import { count } from '../tally';
import { act, type World } from '../world';
import { exposedMor, type WalkBook } from './books';
import { booksIn, daysIn, one, routerOf, routersOf } from './moves';

/** Seals a book that takes no more commits; an open one must be refused. */
const seal: Handler = async (world, dice) => {
  const book = one(dice, booksIn(world, BookStatus.Open));
  if (book === undefined) return false;
  const call = (): Promise<void> => act(world, world.stranger, 'sealDay', [book.router.address, book.day]);
  if (world.now + 1 < (book.day + 2) * DAY) return !(await isRefused('DayBookOpen', call));
  // A pause of commits moves the end of those it fell into.
  if (world.state.pausedUntil > (book.day + 1) * DAY) return false;
  await call();
  return true;
};

/** Claims a leaf of a final book; a second time, or out of a book that does not add up, nothing comes. */
export async function claimLeaf(world: World, book: WalkBook, place: number): Promise<boolean> {
  const claim = book.tree.claims[place]!;
  const { provider } = claim.leaf;
  const call = (): Promise<void> =>
    act(world, world.stranger, 'claimRequestCredits', [book.router.address, book.day, providerProofOf(claim)]);
  if (book.claimed.has(provider)) return !(await isRefused('AlreadyClaimed', call));
  if (book.kind === 'sums') return !(await isRefused('ProofInvalid', call));
  await call();
  const { leftMor, incentiveMor } = world.last.find(({ name }) => name === 'RequestCreditsClaimed')!.args.toObject();
  if (leftMor > 0n) count(world.tally, 'guard bound');
  if (incentiveMor > 0n) count(world.tally, 'incentives');
  if (book.kind === 'stolen') count(world.tally, 'stolen books paid');
  return true;
}

const claimRequests: Handler = async (world, dice) => {
  const final = booksIn(world, BookStatus.Final).map(({ book }) => book);
  const leaves = final.flatMap((book) => book.tree.claims.map(({ leaf }, place) => ({ book, leaf, place })));
  const unclaimed = leaves.filter(({ book, leaf }) => !book.claimed.has(leaf.provider));
  const leaf = one(dice, unclaimed.length > 0 && !dice.once(4) ? unclaimed : leaves);
  if (leaf === undefined) return false;
  const isShut = dice.once(3);
  if (isShut) await shutTheGuard(world);
  const isDone = await claimLeaf(world, leaf.book, leaf.place);
  if (isShut) await act(world, world.owner, 'setPoolParameters', [100, 100, MOR]);
  return isDone;
};

/** No emission came for a day, and the guard lets nothing out beside it: credits wait. */
async function shutTheGuard(world: World): Promise<void> {
  // The first call takes in what somebody donated.
  for (let i = 0; i < 2; i++) await wait(world, DAY + HOUR);
  await act(world, world.owner, 'setPoolParameters', [0, 0, MOR]);
}

const collect: Handler = async (world, dice) => {
  const payee = one(
    dice,
    world.state.waiting.filter(({ waitingMor }) => waitingMor > 0n),
  );
  if (payee === undefined) return false;
  await act(world, world.stranger, 'collectRequestCredits', [payee.address, dice.amount(1n, 20n * MOR)]);
  return true;
};

/** A book of a cancelled router is dropped unless it is final or fell. */
export async function dropBook(world: World, book: WalkBook): Promise<boolean> {
  const { status } = world.state.books[daysIn(world).books.indexOf(book)]!;
  const call = (): Promise<void> => act(world, world.stranger, 'dropDay', [book.router.address, book.day]);
  if (status === BookStatus.Final) return !(await isRefused('DayBookIsFinal', call));
  if (status === BookStatus.Fallen) return !(await isRefused('DayBookIsFallen', call));
  await call();
  if (book.kind === 'stolen') count(world.tally, 'stolen books fell');
  return true;
}

const drop: Handler = async (world, dice) => {
  const book = one(
    dice,
    daysIn(world).books.filter((each) => routerOf(world, each).state === RouterState.Cancelled),
  );
  return book !== undefined && dropBook(world, book);
};

/** Afterwards exactly those books are open from the first that is not final. */
const settle: Handler = async (world, dice) => {
  const router = dice.pick(daysIn(world).routers);
  await act(world, world.stranger, 'settleRouter', [router.address]);
  let [openMor, isCounting] = [0n, false];
  const { books } = daysIn(world);
  const own = books.flatMap((book, i) => (book.router === router ? [{ day: book.day, ...world.state.books[i]! }] : []));
  for (const { status, totalMor, potMor } of own.sort((a, b) => a.day - b.day)) {
    if (status === BookStatus.Fallen) continue;
    isCounting ||= status !== BookStatus.Final;
    if (isCounting) openMor += exposedMor(totalMor, potMor);
  }
  const seen = routersOf(world).find(({ signer }) => signer === router)!;
  if (seen.openMor !== openMor) throw new Error(`I20: ${seen.openMor} are open instead of ${openMor}`);
  return true;
};

export const CLAIMS: readonly Move[] = [
  { name: 'seal', weight: 8, handler: seal },
  { name: 'claimRequests', weight: 14, handler: claimRequests },
  { name: 'collect', weight: 14, handler: collect },
  { name: 'drop', weight: 5, handler: drop },
  { name: 'settle', weight: 2, handler: settle },
];
