import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import type { ContractTransactionReceipt, ContractTransactionResponse } from 'ethers';
import type { Answer } from '@yellowstone/protocol' with { 'resolution-mode': 'import' };
import { fundDeposits, handmadeBook, shownOf, type BookPart } from '../../fixtures/books';
import {
  BOND_MOR,
  BookStatus,
  DEMAND_SECONDS,
  HOLD_SECONDS,
  RouterState,
  TOKEN_PRICE_MOR,
  answerOf,
  commitOf,
  providerProofOf,
  registerKey,
  type BookTree,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { DAY, HOUR, MOR, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import type { Dice } from './dice';

/** What is wrong with a book, as its router knows. */
export type BookKind = 'honest' | 'amount' | 'twice' | 'order' | 'sums' | 'withheld';
const LIES: readonly BookKind[] = ['amount', 'twice', 'order', 'sums', 'withheld'];

/** A book of the walk; the answers stay as they were credited. */
export interface WalkBook {
  readonly router: HardhatEthersSigner;
  readonly day: number;
  readonly kind: BookKind;
  readonly answers: Answer[];
  readonly running: Map<string, { runningMor: bigint; runningNumber: bigint }>;
  tree: BookTree;
  readonly demands: Set<bigint>;
  readonly claimed: Set<string>;
  /** Incentive that was credited [MOR-wei]. */
  incentiveMor: bigint;
}

export interface ComputeWorld {
  readonly market: ComputeMarket;
  readonly diamond: ComputeMarket['diamond'];
  readonly owner: ComputeMarket['diamond'];
  /** All routers ever; the last ones take part. */
  readonly routers: HardhatEthersSigner[];
  readonly spare: HardhatEthersSigner[];
  readonly books: WalkBook[];
  readonly trace: string[];
  /** Last of the changes, for the checks. */
  last: ContractTransactionReceipt | undefined;
}

export async function computeWorld(market: ComputeMarket): Promise<ComputeWorld> {
  const { diamond, rest, router, otherRouter } = market;
  const owner = diamond.connect(await ownerOf(market));
  const spare = rest.slice(2, 9);
  for (const account of spare) {
    await market.mor.mint(account, 2n * BOND_MOR);
    await market.mor.connect(account).approve(diamond, 2n * BOND_MOR);
  }
  await fundDeposits(market, [market.stranger, market.delegate, router]);
  await owner.setLaunchDay((await today()) + 2);
  return {
    market,
    diamond,
    owner,
    routers: [router, otherRouter],
    spare: [...spare],
    books: [],
    trace: [],
    last: undefined,
  };
}

/** A move: true if its call was made and did what it should, false if there was nothing to do. */
export interface Move {
  readonly name: string;
  readonly weight: number;
  readonly make: (world: ComputeWorld, dice: Dice) => Promise<boolean>;
}

const call = async (
  world: ComputeWorld,
  text: string,
  tx: Promise<ContractTransactionResponse>,
): Promise<ContractTransactionReceipt> => {
  world.trace.push(`${await time.latest()} ${text}`);
  const receipt = (await (await tx).wait())!;
  world.last = receipt;
  return receipt;
};
const named = ({ router, day, kind }: WalkBook): string => `${router.address.slice(0, 8)}/${day}/${kind}`;
const statusOf = async (world: ComputeWorld, { router, day }: WalkBook): Promise<bigint> =>
  (await world.diamond.getDayBook(router, day)).status;
const booksIn = async (world: ComputeWorld, status: bigint): Promise<WalkBook[]> => {
  const found: WalkBook[] = [];
  for (const book of world.books) if ((await statusOf(world, book)) === status) found.push(book);
  return found;
};
const stateOf = async (world: ComputeWorld, router: HardhatEthersSigner) => world.diamond.getRouter(router);
const routersIn = async (world: ComputeWorld, state: bigint): Promise<HardhatEthersSigner[]> => {
  const found: HardhatEthersSigner[] = [];
  for (const router of world.routers) if ((await stateOf(world, router)).state === state) found.push(router);
  return found;
};
const one = <T>(dice: Dice, list: readonly T[]): T | undefined => (list.length === 0 ? undefined : dice.pick(list));

/** The tree of what was credited, with the lie of its router. */
function treeOf({ market }: ComputeWorld, book: WalkBook): BookTree {
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
  if (kind === 'order') parts.push({ provider: parts[0]!.provider, dayMor: 10n ** 18n });
  if (kind === 'withheld') parts.push({ provider: market.delegate.address, dayMor: 1n, receiptsRoot: ethers.id('x') });
  const honest = handmadeBook(market, parts, { router, day });
  return kind === 'sums' ? { ...honest, totalMor: honest.totalMor + 1n } : honest;
}

async function credit(world: ComputeWorld, book: WalkBook, dice: Dice): Promise<void> {
  const { market } = world;
  const user = dice.pick([market.user, market.otherUser]);
  const provider = dice.pick([market.provider, market.otherProvider]);
  const before = book.running.get(user.address) ?? { runningMor: 0n, runningNumber: 0n };
  const capMor = await world.diamond.userMaxMor(user, book.router, book.day);
  const leftMor = capMor - before.runningMor;
  const tokens = dice.amount(1n, leftMor / TOKEN_PRICE_MOR / 3n + 1n);
  const runningMor = before.runningMor + tokens * TOKEN_PRICE_MOR;
  if (runningMor > capMor) return;
  const runningNumber = before.runningNumber + 1n;
  book.running.set(user.address, { runningMor, runningNumber });
  const { router, day } = book;
  const answer = await answerOf(market, { user, provider, router, day, tokens, runningMor, runningNumber });
  const isWrong = book.kind === 'amount' && book.answers.length === 0;
  book.answers.push(isWrong ? { ...answer, amountMor: answer.amountMor + 1n } : answer);
}

/** The call that shows the fault of a book that lies; undefined where only a demand helps. */
function challengeOf({ diamond, market }: ComputeWorld, book: WalkBook) {
  const { router, day, tree, kind } = book;
  const as = diamond.connect(market.stranger);
  const proof = (i: number) => providerProofOf(tree.claims[i]!);
  switch (kind) {
    case 'amount': {
      const { index, claim } = placeOf(tree, book.answers[0]!);
      return () => as.challengeAnswer(router, day, ...shownOf(market, tree, claim, index));
    }
    case 'twice': {
      const last = tree.providers[0]!.receipts.length - 1;
      return () => as.challengeAnswers(router, day, ...shownOf(market, tree, 0, 0), ...shownOf(market, tree, 0, last));
    }
    case 'order':
      return () => as.challengeOrder(router, day, proof(0), proof(tree.claims.length - 1));
    case 'sums':
      return () => as.challengeLeaf(router, day, proof(0));
    default:
      return undefined;
  }
}

function placeOf(tree: BookTree, answer: Answer): { claim: number; index: number } {
  const claim = tree.providers.findIndex(({ provider }) => provider === answer.ticket.provider);
  const index = tree.providers[claim]!.receipts.findIndex((leaf) => leaf.answer === answer);
  return { claim, index };
}

/** What a book can take out of the pool, incentive included [MOR-wei]. */
const exposedMor = (totalMor: bigint, potMor: bigint): bigint => totalMor + (totalMor < potMor ? totalMor : potMor);

/** The router's part of the launch incentive on the day of a book, whether it was committed or not [MOR-wei]. */
const potOf = async ({ diamond, market }: ComputeWorld, { router, day }: WalkBook): Promise<bigint> => {
  const launchDay = await diamond.getLaunchDay();
  if (!market.protocol.isLaunchDay(BigInt(day), launchDay)) return 0n;
  const { totalMor } = await diamond.getScheduledEmission(day);
  return market.protocol.potMor(totalMor, await diamond.routerShare(router, day));
};

const commitMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const { diamond } = world;
  const router = one(dice, await routersIn(world, RouterState.Admitted));
  if (router === undefined) return false;
  const { openDay, heldAt, withdrawableAt, bondMor, openMor } = await stateOf(world, router);
  const now = await today();
  const running = world.books.find((book) => book.router === router && book.day === Number(openDay));
  const isOpen = running !== undefined && (await statusOf(world, running)) === BookStatus.Open;
  const goesOn = isOpen && (running.day === now || dice.once(3)) && (await time.latest()) < (running.day + 2) * DAY - 5;
  if (!goesOn && (heldAt !== 0n || withdrawableAt !== 0n || now < Number(openDay))) return false;
  if (!goesOn && (isOpen ? running.day === now : false)) return false;
  const isDayOpen = await diamond.openDay.staticCall().then(
    () => false,
    () => true,
  );
  if (!isDayOpen) await call(world, 'openDay', diamond.openDay());
  if (!goesOn && (await diamond.userMaxMor(world.market.user, router, now)) === 0n) return false;
  const kind = dice.once(3) ? dice.pick(LIES) : 'honest';
  const book: WalkBook = goesOn
    ? running
    : {
        router,
        day: now,
        kind,
        answers: [],
        running: new Map(),
        tree: undefined as never,
        demands: new Set(),
        claimed: new Set(),
        incentiveMor: 0n,
      };
  const count = book.answers.length;
  for (let i = 0; i <= dice.roll(2); i++) await credit(world, book, dice);
  if (book.answers.length === count) return false;
  const tree = treeOf(world, book);
  const capMor = await diamond.requestCap(router, book.day);
  const potMor = await potOf(world, book);
  const addedMor = exposedMor(tree.totalMor, potMor) - exposedMor(goesOn ? book.tree.totalMor : 0n, potMor);
  if (tree.totalMor > capMor || openMor + addedMor > bondMor) {
    await expect(diamond.connect(router).commitDay(commitOf(tree, book.day))).to.be.reverted;
    book.answers.length = count;
    return false;
  }
  await call(world, `commit ${named(book)}`, diamond.connect(router).commitDay(commitOf(tree, book.day)));
  book.tree = tree;
  if (!goesOn) world.books.push(book);
  return true;
};

const sealMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const book = one(dice, await booksIn(world, BookStatus.Open));
  if (book === undefined) return false;
  const sealing = () => world.diamond.sealDay(book.router, book.day);
  if ((await time.latest()) + 1 < (book.day + 2) * DAY) {
    await expect(sealing()).to.be.revertedWithCustomError(world.diamond, 'DayBookOpen');
    return false;
  }
  await call(world, `seal ${named(book)}`, sealing());
  return true;
};

const challengeMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const sealed = await booksIn(world, BookStatus.Sealed);
  const book = one(
    dice,
    sealed.filter((candidate) => challengeOf(world, candidate) !== undefined),
  );
  if (book === undefined) return false;
  await call(world, `challenge ${named(book)}`, challengeOf(world, book)!());
  expect(await statusOf(world, book)).to.equal(BookStatus.Fallen);
  return true;
};

const attackMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const sealed = await booksIn(world, BookStatus.Sealed);
  const book = one(
    dice,
    sealed.filter(({ kind }) => kind === 'honest'),
  );
  if (book === undefined) return false;
  const { claim, index } = placeOf(book.tree, dice.pick(book.answers));
  const shown = shownOf(world.market, book.tree, claim, index);
  world.trace.push(`attack ${named(book)}`);
  const { diamond } = world;
  for (const attack of [
    () => diamond.challengeAnswer(book.router, book.day, ...shown),
    () => diamond.challengeLeaf(book.router, book.day, shown[0]),
  ]) {
    await expect(attack()).to.be.revertedWithCustomError(diamond, 'NoFault').withArgs(book.router, book.day);
  }
  return true;
};

const demandMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const book = one(dice, await booksIn(world, BookStatus.Sealed));
  if (book === undefined) return false;
  const { diamond, market } = world;
  const { sealedClock, totalMor } = await diamond.getDayBook(book.router, book.day);
  const { clock } = await stateOf(world, book.router);
  const positionMor = book.kind === 'withheld' ? totalMor - 1n : dice.amount(0n, totalMor - 1n);
  if (clock + 5n > sealedClock + BigInt(DEMAND_SECONDS) || book.demands.has(positionMor)) return false;
  const as = diamond.connect(dice.pick([market.stranger, market.delegate]));
  await call(world, `demand ${named(book)}`, as.demandAnswer(book.router, book.day, positionMor));
  book.demands.add(positionMor);
  return true;
};

const showMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const candidates = (await booksIn(world, BookStatus.Sealed)).filter(({ demands }) => demands.size > 0);
  const book = one(
    dice,
    candidates.filter(({ kind }) => kind === 'honest' || kind === 'twice'),
  );
  if (book === undefined) return false;
  const positionMor = dice.pick([...book.demands]);
  const { dueClock } = await world.diamond.getDemand(book.router, book.day, positionMor);
  if ((await stateOf(world, book.router)).clock + 5n > dueClock) return false;
  const shown = book.tree.receiptAt(positionMor);
  const places = [shown.provider.index, shown.receipt.index].map(Number) as [number, number];
  const proofs = shownOf(world.market, book.tree, ...places);
  const showing = world.diamond.showAnswer(book.router, book.day, positionMor, ...proofs);
  await call(world, `show ${named(book)}`, showing);
  book.demands.delete(positionMor);
  return true;
};

const endMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const book = one(
    dice,
    world.books.filter(({ demands }) => demands.size > 0),
  );
  if (book === undefined) return false;
  const { diamond } = world;
  const positionMor = dice.pick([...book.demands]);
  const { dueClock } = await diamond.getDemand(book.router, book.day, positionMor);
  const { clock, state } = await stateOf(world, book.router);
  const status = await statusOf(world, book);
  const isDue = clock > dueClock;
  if (!isDue && state !== RouterState.Cancelled && status !== BookStatus.Fallen) {
    await expect(diamond.endDemand.staticCall(book.router, book.day, positionMor)).to.be.revertedWithCustomError(
      diamond,
      'DemandNotDue',
    );
    return false;
  }
  await call(world, `end ${named(book)}`, diamond.endDemand(book.router, book.day, positionMor));
  book.demands.delete(positionMor);
  if (isDue) expect(await statusOf(world, book)).to.equal(BookStatus.Fallen);
  return true;
};

const claimMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const book = one(dice, await booksIn(world, BookStatus.Final));
  if (book === undefined) return false;
  const { diamond } = world;
  const { leaf, ...proof } = dice.pick(book.tree.claims);
  const claiming = () => diamond.claimRequestCredits(book.router, book.day, providerProofOf({ leaf, ...proof }));
  if (book.kind === 'sums' || book.claimed.has(leaf.provider)) {
    const refused = book.claimed.has(leaf.provider) ? 'AlreadyClaimed' : 'ProofInvalid';
    await expect(claiming()).to.be.revertedWithCustomError(diamond, refused);
    return false;
  }
  // Sometimes the guard lets nothing out, and the credits wait.
  const isShut = dice.once(2);
  if (isShut) await world.owner.setPoolParameters(0, 0, MOR);
  const receipt = await call(world, `claim ${named(book)}`, claiming());
  if (isShut) await world.owner.setPoolParameters(100, 100, MOR);
  book.claimed.add(leaf.provider);
  const event = receipt.logs
    .map((log) => diamond.interface.parseLog(log))
    .find((parsed) => parsed?.name === 'RequestCreditsClaimed')!;
  const incentiveMor = event.args['incentiveMor'] as bigint;
  expect(incentiveMor, 'I31: at most what was earned').to.be.at.most(leaf.dayMor);
  book.incentiveMor += incentiveMor;
  return true;
};

const collectMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const provider = dice.pick([world.market.provider, world.market.otherProvider]);
  if ((await world.diamond.getRequestCredits(provider)) === 0n) return false;
  await call(world, 'collect', world.diamond.collectRequestCredits(provider, dice.amount(1n, 2n * MOR)));
  return true;
};

const holdMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const router = dice.pick(world.routers);
  const { state, heldAt, holdableFrom } = await stateOf(world, router);
  const isPossible = state === RouterState.Admitted || state === RouterState.Suspended;
  if (!isPossible || heldAt !== 0n || holdableFrom > (await time.latest())) return false;
  const as = world.diamond.connect(world.market.guardian);
  await call(world, `hold ${router.address.slice(0, 8)}`, as.holdRouter(router));
  return true;
};

const decideMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  for (const router of world.routers) {
    const { state, heldAt } = await stateOf(world, router);
    if (heldAt === 0n || state === RouterState.Cancelled) continue;
    if (Number(heldAt) + HOLD_SECONDS < (await time.latest()) + 5) continue;
    const name = router.address.slice(0, 8);
    if (dice.once(2)) await call(world, `cancel ${name}`, world.owner.cancelRouter(router));
    else await call(world, `release ${name}`, world.owner.releaseRouter(router));
    return true;
  }
  return false;
};

const dropMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const cancelled = await routersIn(world, RouterState.Cancelled);
  const book = one(
    dice,
    world.books.filter(({ router }) => cancelled.includes(router)),
  );
  if (book === undefined) return false;
  const status = await statusOf(world, book);
  const dropping = () => world.diamond.dropDay(book.router, book.day);
  if (status === BookStatus.Final || status === BookStatus.Fallen) {
    const refused = status === BookStatus.Final ? 'DayBookIsFinal' : 'DayBookIsFallen';
    await expect(dropping()).to.be.revertedWithCustomError(world.diamond, refused);
    return false;
  }
  await call(world, `drop ${named(book)}`, dropping());
  return true;
};

const settleMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const router = dice.pick(world.routers);
  await call(world, `settle ${router.address.slice(0, 8)}`, world.diamond.settleRouter(router));
  let [openMor, isCounting] = [0n, false];
  for (const book of world.books.filter((candidate) => candidate.router === router)) {
    const { status, totalMor, potMor } = await world.diamond.getDayBook(router, book.day);
    if (status === BookStatus.Fallen) continue;
    // Behind a book that is not final nothing is counted out.
    isCounting ||= status !== BookStatus.Final;
    if (isCounting) openMor += exposedMor(totalMor, potMor);
  }
  expect((await stateOf(world, router)).openMor, 'I20: what is open').to.equal(openMor);
  return true;
};

const leaveMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const router = dice.pick(world.routers);
  const { state, withdrawableAt } = await stateOf(world, router);
  if (withdrawableAt !== 0n || state === RouterState.Left || !dice.once(2)) return false;
  await call(world, `leave ${router.address.slice(0, 8)}`, world.diamond.connect(router).leaveRouter());
  return true;
};

const withdrawMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const { diamond } = world;
  for (const router of world.routers) {
    const { state, withdrawableAt, bondMor, heldAt } = await stateOf(world, router);
    if (withdrawableAt === 0n || state === RouterState.Left || bondMor === 0n) continue;
    await diamond.settleRouter(router);
    const { openMor } = await stateOf(world, router);
    const isFree = openMor === 0n && (heldAt === 0n || state === RouterState.Cancelled);
    const isDue = Number(withdrawableAt) <= (await time.latest());
    if (isFree && isDue) {
      await call(world, `withdraw ${router.address.slice(0, 8)}`, diamond.withdrawBond(router));
      for (const book of world.books.filter((candidate) => candidate.router === router)) {
        expect([BookStatus.Final, BookStatus.Fallen], 'a bond left early').to.include(await statusOf(world, book));
      }
      return true;
    }
    if (isDue || dice.once(2)) await expect(diamond.withdrawBond.staticCall(router)).to.be.reverted;
  }
  return false;
};

const replaceMove = async (world: ComputeWorld): Promise<boolean> => {
  const { diamond, owner, market } = world;
  if ((await routersIn(world, RouterState.Admitted)).length >= 2) return false;
  const router = world.spare.shift();
  if (router === undefined) return false;
  for (const account of world.routers) {
    const { state, nextShareBps } = await stateOf(world, account);
    if (state !== RouterState.Admitted && nextShareBps > 0n) await owner.setRouterShare(account, 0);
  }
  await call(world, `admit ${router.address.slice(0, 8)}`, owner.admitRouter(router, 4_000));
  await diamond.connect(router).bondRouter(router, BOND_MOR);
  const key = new ethers.Wallet(ethers.id(`key of ${router.address}`));
  await registerKey(market, router, key);
  (market.keys as Map<string, typeof key>).set(router.address, key);
  world.routers.push(router);
  return true;
};

const waitMove = async (world: ComputeWorld, dice: Dice): Promise<boolean> => {
  const now = await time.latest();
  const midnight = (Math.floor(now / DAY) + 1) * DAY;
  const usual = [now + HOUR, now + 6 * HOUR, now + 12 * HOUR, now + 30 * HOUR, midnight, midnight + HOUR];
  const to = dice.once(12) ? now + 4 * DAY : dice.pick(usual);
  await time.increaseTo(to);
  if (dice.once(2)) {
    await world.market.mor.mint(world.diamond, 1_000n * MOR);
    await call(world, 'sync', world.diamond.sync());
  }
  return true;
};

export const MOVES: readonly Move[] = [
  { name: 'commit', weight: 14, make: commitMove },
  { name: 'seal', weight: 5, make: sealMove },
  { name: 'challenge', weight: 3, make: challengeMove },
  { name: 'attack', weight: 2, make: attackMove },
  { name: 'demand', weight: 6, make: demandMove },
  { name: 'show', weight: 6, make: showMove },
  { name: 'end', weight: 4, make: endMove },
  { name: 'claim', weight: 10, make: claimMove },
  { name: 'collect', weight: 4, make: collectMove },
  { name: 'hold', weight: 2, make: holdMove },
  { name: 'decide', weight: 4, make: decideMove },
  { name: 'drop', weight: 5, make: dropMove },
  { name: 'settle', weight: 1, make: settleMove },
  { name: 'leave', weight: 1, make: leaveMove },
  { name: 'withdraw', weight: 3, make: withdrawMove },
  { name: 'replace', weight: 4, make: replaceMove },
  { name: 'wait', weight: 10, make: waitMove },
];
