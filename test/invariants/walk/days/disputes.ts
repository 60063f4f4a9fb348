import { shownOf } from '../../../fixtures/books';
import { BookStatus, DEMAND_SECONDS, RouterState, providerProofOf } from '../../../fixtures/compute';
import { isRefused, type Handler, type Move } from '../moves';
import { count } from '../tally';
import { act, type World } from '../world';
import { placeOf, type WalkBook } from './books';
import { booksIn, daysIn, nextClock, one, routerOf, type SeenBook } from './moves';

/** From sealing to final, by the router's clock [s]. */
const FINALITY_SECONDS = 129_600n;

/** Sealed books that are not final at the next second either. */
export const sealedBooks = (world: World): SeenBook[] =>
  booksIn(world, BookStatus.Sealed).filter(
    ({ seen, book }) => seen.openDemands > 0n || nextClock(routerOf(world, book)) < seen.sealedClock + FINALITY_SECONDS,
  );

/** The call that shows the fault of a book that lies; undefined where only a demand helps. */
export function challengeOf(world: World, book: WalkBook): { name: string; args: unknown[] } | undefined {
  const { market } = daysIn(world);
  const { router, day, tree, kind } = book;
  const proof = (i: number) => providerProofOf(tree.claims[i]!);
  const call = (name: string, ...proofs: unknown[]) => ({ name, args: [router.address, day, ...proofs] });
  switch (kind) {
    case 'amount': {
      const { index, claim } = placeOf(tree, book.answers[0]!);
      return call('challengeAnswer', ...shownOf(market, tree, claim, index));
    }
    case 'twice': {
      const last = tree.providers[0]!.receipts.length - 1;
      return call('challengeAnswers', ...shownOf(market, tree, 0, 0), ...shownOf(market, tree, 0, last));
    }
    case 'order':
      return call('challengeOrder', proof(0), proof(tree.claims.length - 1));
    case 'sums':
      return call('challengeLeaf', proof(0));
    default:
      return undefined;
  }
}

export async function challengeBook(world: World, book: WalkBook): Promise<boolean> {
  const challenge = challengeOf(world, book);
  if (challenge === undefined) return false;
  await act(world, world.stranger, challenge.name, challenge.args);
  if (!world.last.some(({ name }) => name === 'DayBookFell')) throw new Error(`the book of ${book.day} stands`);
  return true;
}

const challenge: Handler = async (world, dice) => {
  const book = one(
    dice,
    sealedBooks(world).filter((each) => challengeOf(world, each.book) !== undefined),
  );
  return book !== undefined && challengeBook(world, book.book);
};

/** No challenge of an honest book succeeds. */
const attack: Handler = async (world, dice) => {
  const book = one(
    dice,
    sealedBooks(world).filter(({ kind }) => kind === 'honest'),
  );
  if (book === undefined) return false;
  const { router, day, tree, answers } = book;
  const { claim, index } = placeOf(tree, dice.pick(answers));
  const shown = shownOf(daysIn(world).market, tree, claim, index);
  const [name, proofs] = dice.pick<[string, unknown[]]>([
    ['challengeAnswer', [...shown]],
    ['challengeLeaf', [shown[0]]],
  ]);
  return isRefused('NoFault', () => act(world, world.stranger, name, [router.address, day, ...proofs]));
};

/** Asks for a position of a sealed book; false if it is too late or was asked for. */
export async function demandOf(world: World, { book, seen }: SeenBook, positionMor: bigint): Promise<boolean> {
  const isLate = nextClock(routerOf(world, book)) > seen.sealedClock + BigInt(DEMAND_SECONDS);
  if (isLate || book.demands.has(positionMor)) return false;
  await act(world, world.stranger, 'demandAnswer', [book.router.address, book.day, positionMor]);
  return true;
}

const demand: Handler = async (world, dice) => {
  const book = one(dice, sealedBooks(world));
  if (book === undefined) return false;
  const lastMor = book.seen.totalMor - 1n;
  return demandOf(world, book, book.kind === 'withheld' ? lastMor : dice.amount(0n, lastMor));
};

/** A router shows what it has; the one with a thief behind it has nothing. */
const show: Handler = async (world, dice) => {
  const book = one(
    dice,
    sealedBooks(world).filter(({ kind, demands }) => demands.size > 0 && (kind === 'honest' || kind === 'twice')),
  );
  if (book === undefined) return false;
  return showOf(world, book.book, dice.pick([...book.demands.keys()]));
};

/** Shows the answer at a position; false if it is too late. */
export async function showOf(world: World, book: WalkBook, positionMor: bigint): Promise<boolean> {
  const { router, day, tree } = book;
  if (!sealedBooks(world).some((each) => each.book === book)) return false;
  const { dueClock } = await world.diamond.getDemand(router, day, positionMor);
  if (nextClock(routerOf(world, book)) > dueClock) return false;
  const shown = tree.receiptAt(positionMor);
  const places = [shown.provider.index, shown.receipt.index].map(Number) as [number, number];
  const proofs = shownOf(daysIn(world).market, tree, ...places);
  await act(world, world.stranger, 'showAnswer', [router.address, day, positionMor, ...proofs]);
  return true;
}

/** Ends a demand that is due, or whose book or router is gone; another must be refused. */
export async function endDemandOf(world: World, book: WalkBook, positionMor: bigint): Promise<boolean> {
  const place = daysIn(world).books.indexOf(book);
  const { status } = world.state.books[place]!;
  const { dueClock } = await world.diamond.getDemand(book.router, book.day, positionMor);
  const router = routerOf(world, book);
  const isDue = nextClock(router) > dueClock;
  const call = (): Promise<void> =>
    act(world, world.stranger, 'endDemand', [book.router.address, book.day, positionMor]);
  if (!isDue && router.state !== RouterState.Cancelled && status !== BookStatus.Fallen) {
    return !(await isRefused('DemandNotDue', call));
  }
  await call();
  if (!isDue || status === BookStatus.Fallen) return true;
  if (world.state.books[place]!.status !== BookStatus.Fallen) throw new Error('what was withheld stands');
  if (book.kind === 'stolen') count(world.tally, 'stolen books fell');
  return true;
}

const endDemand: Handler = async (world, dice) => {
  const book = one(
    dice,
    daysIn(world).books.filter(({ demands }) => demands.size > 0),
  );
  if (book === undefined) return false;
  return endDemandOf(world, book, dice.pick([...book.demands.keys()]));
};

export const DISPUTES: readonly Move[] = [
  { name: 'challenge', weight: 12, handler: challenge },
  { name: 'attack', weight: 3, handler: attack },
  { name: 'demand', weight: 8, handler: demand },
  { name: 'show', weight: 8, handler: show },
  { name: 'endDemand', weight: 6, handler: endDemand },
];
