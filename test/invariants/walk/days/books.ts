import { ethers } from 'hardhat';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import type { LogDescription } from 'ethers';
import type { Answer } from '@yellowstone/protocol' with { 'resolution-mode': 'import' };
import { handmadeBook, type BookPart } from '../../../fixtures/books';
import { TOKEN_PRICE_MOR, answerOf, type BookTree, type ComputeMarket } from '../../../fixtures/compute';
import { MOR } from '../../../fixtures/market';
import type { Dice } from '../dice';

/** What is wrong with a book, as its router knows; `stolen` is what somebody commits who has the router's key. */
export type BookKind = 'honest' | 'amount' | 'twice' | 'order' | 'sums' | 'withheld' | 'stolen';
export const LIES: readonly BookKind[] = ['amount', 'twice', 'order', 'sums', 'withheld'];

/** A book of the walk; the answers stay as they were credited. */
export interface WalkBook {
  readonly router: HardhatEthersSigner;
  readonly day: number;
  kind: BookKind;
  readonly answers: Answer[];
  /** By user: what was credited, and how many answers [MOR-wei]. */
  readonly running: Map<string, { runningMor: bigint; runningNumber: bigint }>;
  tree: BookTree;
  /** At the last commit: cap of the day, and bond of the router [MOR-wei]. */
  capMor: bigint;
  bondMor: bigint;
  /** Positions that were asked for and not answered [MOR-wei]. */
  readonly demands: Map<bigint, { readonly demander: string; readonly depositMor: bigint }>;
  /** By provider whose leaf was claimed: its incentive [MOR-wei]. */
  readonly claimed: Map<string, bigint>;
}

/** The part of a walk that lives in day books. */
export interface Days {
  readonly market: ComputeMarket;
  /** All routers ever; those that are admitted take part. */
  readonly routers: HardhatEthersSigner[];
  readonly spare: HardhatEthersSigner[];
  /** Gets what stolen keys invent. */
  readonly thief: HardhatEthersSigner;
  readonly books: WalkBook[];
}

export function daysOf(market: ComputeMarket): Days {
  const { router, otherRouter, rest } = market;
  // Keys of routers that come later belong to one walk.
  const own = { ...market, keys: new Map(market.keys) };
  return { market: own, routers: [router, otherRouter], spare: rest.slice(2, 9), thief: rest[9]!, books: [] };
}

export function emptyBook(router: HardhatEthersSigner, day: number, kind: BookKind): WalkBook {
  return {
    router,
    day,
    kind,
    answers: [],
    running: new Map(),
    tree: undefined as never, // made before it is committed
    capMor: 0n,
    bondMor: 0n,
    demands: new Map(),
    claimed: new Map(),
  };
}

export const bookAt = ({ books }: Days, router: string, day: bigint | number): WalkBook | undefined =>
  books.find((book) => book.router.address === router && book.day === Number(day));

/** Takes an event into what is known of books. */
export function learnOfBooks(days: Days, { name, args }: LogDescription): void {
  if (name === 'AnswerDemanded') {
    const { router, day, positionMor, demander, depositMor } = args.toObject();
    bookAt(days, router, day)!.demands.set(positionMor, { demander, depositMor });
  }
  if (name === 'AnswerShown' || name === 'DemandReturned') {
    bookAt(days, args['router'], args['day'])!.demands.delete(args['positionMor']);
  }
  if (name === 'RequestCreditsClaimed') {
    bookAt(days, args['router'], args['day'])!.claimed.set(args['provider'], args['incentiveMor']);
  }
}

// --- What a router credits

/** Who asks whom in an answer, and for how much at most. */
interface AnswerParties {
  readonly user: HardhatEthersSigner;
  readonly provider: HardhatEthersSigner;
  readonly tokens: bigint;
}

/** Credits one more answer if the user's share allows it and all keys are good; says whether it did. */
export async function credit(days: Days, book: WalkBook, { user, provider, tokens }: AnswerParties): Promise<boolean> {
  const { market } = days;
  const { router, day } = book;
  const before = book.running.get(user.address) ?? { runningMor: 0n, runningNumber: 0n };
  const capMor = await market.diamond.userMaxMor(user, router, day);
  const runningMor = before.runningMor + tokens * TOKEN_PRICE_MOR;
  if (tokens === 0n || runningMor > capMor || !(await areKeysGood(market, [user, provider, router], day))) return false;
  const runningNumber = before.runningNumber + 1n;
  const answer = await answerOf(market, { user, provider, router, day, tokens, runningMor, runningNumber });
  book.running.set(user.address, { runningMor, runningNumber });
  const isWrong = book.kind === 'amount' && book.answers.length === 0;
  book.answers.push(isWrong ? { ...answer, amountMor: answer.amountMor + 1n } : answer);
  return true;
}

/** Credits an answer of any user by any provider, at most a third of what the user has left. */
export async function creditAny(days: Days, book: WalkBook, dice: Dice): Promise<boolean> {
  const { diamond, user: one, otherUser, provider, otherProvider } = days.market;
  const user = dice.pick([one, otherUser]);
  const usedMor = book.running.get(user.address)?.runningMor ?? 0n;
  const leftMor = (await diamond.userMaxMor(user, book.router, book.day)) - usedMor;
  if (leftMor < TOKEN_PRICE_MOR) return false;
  const tokens = dice.amount(1n, leftMor / TOKEN_PRICE_MOR / 3n + 1n);
  return credit(days, book, { user, provider: dice.pick([provider, otherProvider]), tokens });
}

async function areKeysGood(
  { diamond, keys }: ComputeMarket,
  owners: readonly HardhatEthersSigner[],
  day: number,
): Promise<boolean> {
  const good = owners.map((owner) => diamond.isKeyGood(keys.get(owner.address)!.address, owner, day));
  return (await Promise.all(good)).every(Boolean);
}

// --- What a router commits

/** The tree of what was credited, with the lie of its router. */
export function treeOf({ market, thief }: Days, book: WalkBook): BookTree {
  const { kind, answers, router, day } = book;
  const parts: BookPart[] = [market.provider, market.otherProvider]
    .map(({ address }) => ({
      provider: address,
      answers: answers.filter(({ ticket }) => ticket.provider === address),
    }))
    .filter((part) => part.answers.length > 0)
    .sort((a, b) => {
      const [left, right] = [a, b].map((part) => part.answers.reduce((sum, { amountMor }) => sum + amountMor, 0n));
      if (left !== right) return left! > right! ? -1 : 1;
      return a.provider.toLowerCase() < b.provider.toLowerCase() ? -1 : 1;
    });
  if (kind === 'twice') parts[0] = { ...parts[0]!, answers: [...parts[0]!.answers!, parts[0]!.answers![0]!] };
  if (kind === 'order') parts.push({ provider: parts[0]!.provider, dayMor: MOR });
  if (kind === 'withheld') parts.push({ provider: thief.address, dayMor: 1n, receiptsRoot: ethers.id('nothing') });
  const honest = handmadeBook(market, parts, { router, day });
  return kind === 'sums' ? { ...honest, totalMor: honest.totalMor + 1n } : honest;
}

/** A book that owes one invented sum to the thief, with nothing behind it. */
export function stolenTree({ market, thief }: Days, book: WalkBook, dayMor: bigint): BookTree {
  const { router, day, tree } = book;
  const part = { provider: thief.address, dayMor, receiptsRoot: ethers.id('nothing') };
  const [totalTokens, answers] = [(tree?.totalTokens ?? 0n) + 1n, (tree?.answers ?? 0n) + 1n];
  return { ...handmadeBook(market, [part], { router, day }), totalTokens, answers };
}

/** Place of an answer: its provider's leaf, and its receipt under it. */
export function placeOf(tree: BookTree, answer: Answer): { claim: number; index: number } {
  const claim = tree.providers.findIndex(({ provider }) => provider === answer.ticket.provider);
  const index = tree.providers[claim]!.receipts.findIndex((leaf) => leaf.answer === answer);
  return { claim, index };
}

/** What a book can take out of the pool, incentive included [MOR-wei]. */
export const exposedMor = (totalMor: bigint, potMor: bigint): bigint =>
  totalMor + (totalMor < potMor ? totalMor : potMor);
