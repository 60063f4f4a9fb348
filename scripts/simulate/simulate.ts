import {
  accessRate,
  claimInLedger,
  commitToLedger,
  countedMor,
  createDayBookLedger,
  createStakeBook,
  type DayBookLedger,
  dayStartAt,
  type LedgerDay,
  nonComputeEmittedUntil,
  requestCap,
  scheduledComputeOfDay,
  type StakeBook,
  openLedgerDay,
} from '@yellowstone/protocol';
import { commitOver, drawProviders } from './books';
import { clock } from './clock';
import { createRandom, type Random } from './random';
import type { Claim, Commit, DayEvents, DayRecord } from './record';
import { PPM, type Scenario, type ScenarioName, SCENARIOS } from './scenarios';
import { applyStakes, planStakes } from './staking';
import { defaultWorld, type World } from './world';

/** What goes over from one day to the next. */
interface State {
  readonly ledger: DayBookLedger;
  readonly stakes: StakeBook;
  readonly totalSupplyMor: bigint;
  /** Emission that has not arrived yet [MOR-wei]. */
  readonly lateMor: bigint;
  /** What the cheapest provider asks [MOR-wei per token]. */
  readonly priceMor: bigint;
  /** Leaves of committed books that nobody claimed. */
  readonly unclaimed: readonly Omit<Claim, 'at'>[];
}

interface Day {
  readonly day: bigint;
  readonly world: World;
  readonly random: Random;
  readonly scenario: Scenario;
}

/** Progress of a year. */
const YEAR_DAYS = 365n;
/** The emission of a day arrives late once in this many days. */
const LATE_ARRIVAL = 20n;
/** Part of a day's answers in the first commit [ppm]. */
const FIRST_PART_PPM = 100_000n;
/** A book is claimed two days after its day at the earliest. */
const CLAIM_AGE_DAYS = 2n;
/** Provider i claims every 1, 2 or 3 days. */
const CLAIM_RHYTHMS = 3n;

/**
 * Runs the market day by day on the reference model. The same seed gives the same records, on every machine.
 * @param options.world what it starts from; `defaultWorld()` unless told otherwise
 */
export function simulate(options: {
  readonly days: number;
  readonly seed: number;
  readonly scenario: ScenarioName;
  readonly world?: World;
}): DayRecord[] {
  const { days, seed, scenario: name, world = defaultWorld() } = options;
  const random = createRandom(seed);
  const { startPriceMor, schedule } = world.rules;
  let state: State = {
    ledger: createDayBookLedger(),
    stakes: createStakeBook(),
    totalSupplyMor: world.baseSupplyMor,
    lateMor: world.initialPoolMor - scheduledComputeOfDay(schedule, world.startDay - 1n),
    priceMor: startPriceMor,
    unclaimed: [],
  };
  return Array.from({ length: days }, (_, i) => {
    const step = runDay(state, { day: world.startDay + BigInt(i), world, random, scenario: SCENARIOS[name] });
    state = step.state;
    return step.record;
  });
}

function runDay(before: State, context: Day): { readonly state: State; readonly record: DayRecord } {
  const { day, world } = context;
  const { rules, participants } = world;

  const arrival = arrive(before, context);
  const opening = { now: clock.open(day), arrivedMor: arrival.arrivedMor, totalSupplyMor: arrival.totalSupplyMor };
  let ledger = openLedgerDay(before.ledger, opening, rules);
  const opened = openedDay(ledger, day);

  const demand = context.scenario(((day - world.startDay) * PPM) / YEAR_DAYS);
  const stakeChanges = planStakes(context.random, {
    book: before.stakes,
    users: participants.users,
    targetMor: (opened.supplyMor * demand.stakedPpm) / PPM,
    at: clock.stake(day),
  });
  const stakes = applyStakes(before.stakes, stakeChanges, opened.supplyMor);
  const counted = countedMor(stakes.totals.Access, day);

  const wantedMor = demand.tokens * before.priceMor;
  const books = drawBooks(context, { opened, countedMor: counted, wantedMor, priceMor: before.priceMor });
  ledger = commitAll(ledger, books.firstCommits, { world, countedMor: counted });

  const claims = dueClaims(before.unclaimed, context);
  let incentiveMor = 0n;
  for (const { at: now, ...claim } of claims) {
    const made = claimInLedger(ledger, { ...claim, now }, rules);
    incentiveMor += made.incentiveMor;
    ledger = made.ledger;
  }
  ledger = commitAll(ledger, books.lastCommits, { world, countedMor: counted });

  const taken = new Set(claims.map(keyOf));
  const open = books.lastCommits.flatMap(({ router, leaves }) =>
    leaves.map((leaf, i) => ({ ...leaf, router, day, index: BigInt(i) })),
  );
  const creditedMor = books.lastCommits.reduce((sum, { totalMor }) => sum + totalMor, 0n);
  const inputs: DayEvents = {
    mintedMor: arrival.mintedMor,
    arrivedMor: arrival.arrivedMor,
    totalSupplyMor: arrival.totalSupplyMor,
    openAt: opening.now,
    stakes: stakeChanges,
    firstCommits: books.firstCommits,
    claims,
    lastCommits: books.lastCommits,
  };
  const outputs = {
    ...opened,
    accessRate: accessRate(opened.maxTokens, opened.supplyMor),
    countedMor: counted,
    capMor: books.capMor,
    creditedMor,
    paidMor: ledger.paidMor - before.ledger.paidMor,
    incentiveMor,
    owedMor: ledger.owedMor,
    balanceMor: ledger.guard.poolMor,
  };
  const state = {
    ledger,
    stakes,
    totalSupplyMor: arrival.totalSupplyMor,
    lateMor: arrival.lateMor,
    priceMor: nextPrice(before.priceMor, wantedMor > books.capMor, context),
    unclaimed: [...before.unclaimed.filter((claim) => !taken.has(keyOf(claim))), ...open],
  };
  return { state, record: { day, inputs, outputs } };
}

/** Yesterday's emission: compute arrives at the diamond, sometimes a day late; the rest is minted elsewhere. */
function arrive(before: State, { day, world, random }: Day) {
  const { schedule } = world.rules;
  const dueMor = before.lateMor + scheduledComputeOfDay(schedule, day - 1n);
  const isLate = day > world.startDay && random.below(LATE_ARRIVAL) === 0n;
  const arrivedMor = isLate ? 0n : dueMor;
  const [start, end] = [dayStartAt(day - 1n), dayStartAt(day)];
  const elsewhereMor = nonComputeEmittedUntil(schedule, end) - nonComputeEmittedUntil(schedule, start);
  const mintedMor = day > world.startDay ? elsewhereMor : 0n;
  const totalSupplyMor = before.totalSupplyMor + arrivedMor + mintedMor;
  return { arrivedMor, mintedMor, totalSupplyMor, lateMor: dueMor - arrivedMor };
}

/** What the routers commit: a part at 01:00, all of it at 23:00. */
function drawBooks(
  { day, world, random }: Day,
  wish: {
    readonly opened: LedgerDay;
    readonly countedMor: bigint;
    readonly wantedMor: bigint;
    readonly priceMor: bigint;
  },
): { readonly firstCommits: readonly Commit[]; readonly lastCommits: readonly Commit[]; readonly capMor: bigint } {
  const { opened, countedMor, wantedMor, priceMor } = wish;
  const { routers, providers } = world.participants;
  const books = routers.map(({ router, shareBps }) => {
    const capMor = requestCap({ ...opened, countedMor, shareBps });
    const shareMor = (wantedMor * shareBps) / 10_000n;
    const spendMor = shareMor < capMor ? shareMor : capMor;
    return { router, capMor, answers: drawProviders(random, { providers, spendMor, priceMor }) };
  });
  const commitsAt = (at: bigint, partPpm: bigint) =>
    books.flatMap(({ router, answers }) => commitOver(answers, { at, router, day, partPpm }) ?? []);
  return {
    firstCommits: commitsAt(clock.firstCommit(day), FIRST_PART_PPM),
    lastCommits: commitsAt(clock.lastCommit(day), PPM),
    capMor: books.reduce((sum, { capMor }) => sum + capMor, 0n),
  };
}

function commitAll(
  ledger: DayBookLedger,
  commits: readonly Commit[],
  { world, countedMor }: { readonly world: World; readonly countedMor: bigint },
): DayBookLedger {
  const shares = new Map(world.participants.routers.map(({ router, shareBps }) => [router, shareBps]));
  return commits.reduce((state, { at: now, router, day, totalMor, totalTokens }) => {
    const shareBps = shares.get(router) ?? 0n;
    return commitToLedger(state, { router, day, totalMor, totalTokens, shareBps, countedMor, now }, world.rules);
  }, ledger);
}

/** Leaves of final books whose provider claims today. */
function dueClaims(unclaimed: State['unclaimed'], { day, world }: Day): Claim[] {
  const { providers } = world.participants;
  return unclaimed
    .filter((leaf) => {
      const place = BigInt(providers.indexOf(leaf.provider));
      return leaf.day + CLAIM_AGE_DAYS <= day && (day + place) % (1n + (place % CLAIM_RHYTHMS)) === 0n;
    })
    .map((leaf) => ({ ...leaf, at: clock.claim(day) }));
}

/** Prices fall a little every day, rise when more is asked for than can be bought, and are never quite still [ppm]. */
function nextPrice(priceMor: bigint, isScarce: boolean, { world, random }: Day): bigint {
  const { startPriceMor } = world.rules;
  const noisePpm = random.below(20_001n) - 10_000n;
  const nextMor = (priceMor * (PPM - 1_500n + (isScarce ? 4_000n : 0n) + noisePpm)) / PPM;
  if (nextMor < startPriceMor / 5n) return startPriceMor / 5n;
  return nextMor > 3n * startPriceMor ? 3n * startPriceMor : nextMor;
}

function keyOf({ router, day, provider }: Omit<Claim, 'at'>): string {
  return `${router} ${day} ${provider}`;
}

function openedDay(ledger: DayBookLedger, day: bigint): LedgerDay {
  const opened = ledger.days.get(day);
  if (opened === undefined) throw new Error(`day ${day} is not open`);
  return opened;
}
