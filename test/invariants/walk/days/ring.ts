import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { RouterState, TOKEN_PRICE_MOR } from '../../../fixtures/compute';
import { DAY, Op, Payment } from '../../../fixtures/market';
import { activeBids, isPaused, open, quoteOf, type Handler, type Move } from '../moves';
import { count } from '../tally';
import type { World } from '../world';
import { credit, treeOf } from './books';
import { bookFor, commitTree } from './commits';
import { daysIn, isQuiet, openToday, routersOf, type SeenRouter } from './moves';

const SHORTEST_SECONDS = 300;

/**
 * A user and a provider in one hand draw all that their stake commands: requests up to the user's share at every honest
 * router, and a session for what is left of the day's allowance.
 */
const selfDeal: Handler = async (world) => {
  const { otherUser, otherProvider } = daysIn(world).market;
  const routers = routersOf(world, RouterState.Admitted);
  if (!isQuiet(world, 3 * routers.length + 3) || !(await openToday(world))) return false;
  let isDone = false;
  for (const router of routers) isDone = (await drawRequests(world, router)) || isDone;
  return (await drawSession(world, otherUser, otherProvider.address)) || isDone;
};

/** Credits and commits what is left of the user's share at a router; what is refused is forgotten. */
async function drawRequests(world: World, router: SeenRouter): Promise<boolean> {
  const days = daysIn(world);
  const { otherUser: user, otherProvider: provider } = days.market;
  const book = bookFor(world, router, 'honest', false);
  if (book === undefined || book.kind !== 'honest') return false;
  const before = book.running.get(user.address);
  const leftMor = (await world.diamond.userMaxMor(user, book.router, book.day)) - (before?.runningMor ?? 0n);
  if (!(await credit(days, book, { user, provider, tokens: leftMor / TOKEN_PRICE_MOR }))) return false;
  if (await commitTree(world, book, treeOf(days, book))) {
    count(world.tally, 'the ring drew its share of requests');
    return true;
  }
  book.answers.pop();
  if (before === undefined) book.running.delete(user.address);
  else book.running.set(user.address, before);
  return false;
}

/** Opens a session of all that is left of a user's allowance, with stake that is there. */
async function drawSession(world: World, user: HardhatEthersSigner, provider: string): Promise<boolean> {
  const bids = activeBids(world, provider).filter(({ unit }) => unit === 0n);
  if (isPaused(world, Op.Open) || !isQuiet(world, 2)) return false;
  for (const bid of bids) {
    const { remainingMor } = world.state.accounts.Session[world.users.indexOf(user)]!;
    const most = Number(remainingMor / bid.priceMor);
    const durationSeconds = most > DAY ? DAY : most;
    if (durationSeconds < SHORTEST_SECONDS) continue;
    const quote = await quoteOf(world, user, bid, durationSeconds);
    if (quote === undefined || quote.missingStakeMor > 0n) continue;
    const terms = { durationSeconds, payment: Payment.Pool, maxStakeMor: 0n, maxPayMor: 0n };
    await open(world, bid, user, terms);
    if (most <= DAY) count(world.tally, 'the ring drew its allowance of sessions');
    return true;
  }
  return false;
}

/** Those who earn from themselves. */
export const RING: readonly Move[] = [{ name: 'selfDeal', weight: 8, handler: selfDeal }];
