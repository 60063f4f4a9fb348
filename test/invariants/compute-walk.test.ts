import { AssertionError, expect } from 'chai';
import { BookStatus, RouterState, computeMarket } from '../fixtures/compute';
import { load } from '../fixtures/market';
import { surplusOf } from '../fixtures/money';
import { MOVES, computeWorld, type ComputeWorld } from './walk/compute';
import { diceOf } from './walk/dice';

const numberOf = (name: string, usual: number): number => Number(process.env[name] ?? usual);

/** Sequences, moves of each, and the seed of the first; all from the environment for a longer campaign. */
const RUNS = numberOf('WALK_RUNS', 4);
const STEPS = numberOf('WALK_STEPS', 150);
const SEED = numberOf('WALK_SEED', 1);

const TICKETS = MOVES.flatMap((move) => Array.from({ length: move.weight }, () => move));

interface BookState {
  readonly status: bigint;
  readonly root: string;
  readonly totalMor: bigint;
  readonly claimedMor: bigint;
  readonly potMor: bigint;
}

interface State {
  readonly books: readonly BookState[];
  readonly routers: readonly { state: bigint; bondMor: bigint; openMor: bigint; isHeld: boolean }[];
  readonly owedMor: bigint;
  readonly waitingMor: bigint;
  readonly surplusMor: bigint;
  readonly claimed: readonly boolean[];
}

describe('invariants: a walk through days of requests for compute', () => {
  it(`${RUNS} sequences of ${STEPS} moves keep every promise after every move`, async function () {
    this.timeout(Math.max(600_000, RUNS * STEPS * 2_000));
    const made = new Map(MOVES.map(({ name }) => [name, 0]));
    for (let run = 0; run < RUNS; run++) {
      const market = await load(computeMarket);
      await walk(await computeWorld({ ...market, keys: new Map(market.keys) }), SEED + run, made);
    }
    const counts = [...made].map(([name, count]) => `${name} ${count}`).join(', ');
    console.log(`      seeds ${SEED} to ${SEED + RUNS - 1}; successes: ${counts}`);
    const never = [...made].filter(([, count]) => count === 0).map(([name]) => name);
    if (RUNS * STEPS >= 600) expect(never, 'moves that never succeeded').to.deep.equal([]);
  });
});

async function walk(world: ComputeWorld, seed: number, made: Map<string, number>): Promise<void> {
  const dice = diceOf(seed);
  let before = await stateOf(world);
  for (let step = 0; step < STEPS; step++) {
    const { name, make } = dice.pick(TICKETS);
    try {
      if (await make(world, dice)) made.set(name, made.get(name)! + 1);
      const after = await stateOf(world);
      await check(world, before, after);
      before = after;
    } catch (error) {
      const trace = world.trace.join('\n        ');
      throw new Error(`seed ${seed}, in ${name}: ${String(error)}\n        ${trace}`, { cause: error });
    }
  }
}

async function stateOf(world: ComputeWorld): Promise<State> {
  const { diamond, market } = world;
  const books = await Promise.all(world.books.map(({ router, day }) => diamond.getDayBook(router, day)));
  const routers = await Promise.all(world.routers.map((router) => diamond.getRouter(router)));
  const providers = [market.provider, market.otherProvider, market.delegate];
  const waiting = await Promise.all(providers.map((provider) => diamond.getRequestCredits(provider)));
  const leaves = world.books.flatMap((book) => book.tree.claims.map(({ leaf }) => ({ ...book, ...leaf })));
  return {
    books,
    routers: routers.map(({ state, bondMor, openMor, heldAt }) => ({ state, bondMor, openMor, isHeld: heldAt !== 0n })),
    owedMor: (await diamond.getPool()).owedMor,
    waitingMor: sum(waiting),
    surplusMor: await surplusOf(market),
    claimed: await Promise.all(leaves.map(({ router, day, provider }) => diamond.isClaimed(router, day, provider))),
  };
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Each promise by the name it has in TRUST.md. */
async function check(world: ComputeWorld, before: State, after: State): Promise<void> {
  const holds = (name: string, test: () => void): void => {
    try {
      test();
    } catch (error) {
      throw new AssertionError(`${name}: ${String(error)}`);
    }
  };
  const standing = after.books.filter(({ status }) => status !== BookStatus.Fallen);
  holds('I1: the buckets are the balance', () => expect(after.surplusMor).to.equal(0));
  holds('I10: owed is open books, unclaimed leaves and waiting credits', () => {
    const booksMor = sum(standing.map(({ totalMor, claimedMor }) => totalMor - claimedMor));
    expect(after.owedMor).to.equal(booksMor + after.waitingMor);
  });
  holds('I19: a book credits at most its sum, each leaf once, and only when it is final', () => {
    after.books.forEach(({ status, totalMor, claimedMor }) => {
      expect(claimedMor).to.be.at.most(totalMor);
      if (status !== BookStatus.Final) expect(claimedMor).to.equal(0);
    });
    const known = world.books.flatMap(({ tree, claimed }) => tree.claims.map(({ leaf }) => claimed.has(leaf.provider)));
    expect(after.claimed).to.deep.equal(known);
    world.books.forEach(({ tree, claimed }, i) => {
      const paid = tree.claims.filter(({ leaf }, at) => claimed.has(leaf.provider) && isFirst(tree.claims, at));
      expect(after.books[i]!.claimedMor).to.be.at.most(sum(paid.map(({ leaf }) => leaf.dayMor)) + 10n ** 18n);
    });
  });
  holds('I20: books only grow until sealed, then they stay; what is not final is covered by the bond', () => {
    before.books.forEach((old, i) => {
      const now = after.books[i]!;
      expect(now.totalMor).to.be.at.least(old.totalMor);
      if (old.status !== BookStatus.Open) expect([now.root, now.totalMor]).to.deep.equal([old.root, old.totalMor]);
    });
    after.routers.forEach(({ state, bondMor, openMor }, i) => {
      const own = world.books.map(({ router }, at) => (router === world.routers[i] ? after.books[at]! : undefined));
      const notFinal = own.filter((book) => book !== undefined && isPending(book));
      expect(openMor).to.be.at.least(sum(notFinal.map((book) => book!.totalMor)));
      if (state === RouterState.Admitted || bondMor > 0n) expect(openMor).to.be.at.most(bondMor);
    });
  });
  holds('I21: a held or fallen book never becomes final, a final one never changes', () => {
    before.books.forEach((old, i) => {
      const now = after.books[i]!;
      const router = world.routers.indexOf(world.books[i]!.router);
      const wasHeld = before.routers[router]!.isHeld && after.routers[router]!.isHeld;
      if (old.status === BookStatus.Fallen) expect(now.status).to.equal(BookStatus.Fallen);
      if (old.status === BookStatus.Final) expect(now.status).to.equal(BookStatus.Final);
      if (wasHeld && isPending(old)) expect(now.status).not.to.equal(BookStatus.Final);
    });
  });
  await checkDays(world, after, holds);
}

/** What holds for all books of a day together. */
async function checkDays(
  world: ComputeWorld,
  after: State,
  holds: (name: string, test: () => void) => void,
): Promise<void> {
  for (const day of new Set(world.books.map((book) => book.day))) {
    const { budgetMor } = await world.diamond.getDay(day);
    const { totalMor: emissionMor } = await world.diamond.getScheduledEmission(day);
    const places = world.books.flatMap((book, i) => (book.day === day ? [i] : []));
    holds('I23: all books of a day are within its budget', () =>
      expect(sum(places.map((i) => after.books[i]!.totalMor))).to.be.at.most(budgetMor),
    );
    holds('I31: incentives of a day are at most 2.4 % of its emission and the pots of its routers', () => {
      places.forEach((i) => expect(world.books[i]!.incentiveMor).to.be.at.most(after.books[i]!.potMor));
      const incentiveMor = sum(places.map((i) => world.books[i]!.incentiveMor));
      expect(incentiveMor).to.be.at.most((emissionMor * 240n) / 10_000n);
    });
  }
}

function isPending({ status }: BookState): boolean {
  return status === BookStatus.Open || status === BookStatus.Sealed;
}

/** One provider may stand in a lying book twice; only one of its leaves is paid. */
function isFirst(claims: readonly { leaf: { provider: string } }[], at: number): boolean {
  return claims.findIndex(({ leaf }) => leaf.provider === claims[at]!.leaf.provider) === at;
}
