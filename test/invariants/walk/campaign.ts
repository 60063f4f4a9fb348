import { AssertionError, expect } from 'chai';
import { DAY } from '../../fixtures/market';
import { CHECKS } from './checks';
import { donatedBy } from './checks/money';
import { diceOf } from './dice';
import type { Move } from './moves';
import type { Stage } from './stage';
import type { State } from './state';
import { count, createTally, neverIn, textOf, type Tally } from './tally';
import { look, worldOf, type World } from './world';

/** How long a campaign is: sequences, calls of each, and the seed of the first. */
export interface Length {
  readonly runs: number;
  readonly steps: number;
  readonly seed: number;
}

/** The length of a campaign, from the environment for a longer one or to repeat a walk. */
export function lengthOf(usual: Pick<Length, 'runs' | 'steps'>): Length {
  const numberOf = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
  return {
    runs: numberOf('WALK_RUNS', usual.runs),
    steps: numberOf('WALK_STEPS', usual.steps),
    seed: numberOf('WALK_SEED', 1),
  };
}

/** What a campaign does and counts. */
export interface Campaign extends Length {
  readonly moves: readonly Move[];
  readonly made: Tally;
  readonly refused: Tally;
  readonly tally: Tally;
  calls: number;
  /** Days that went by, of all walks together. */
  days: number;
}

export function campaignOf(length: Length, moves: readonly Move[], counted: readonly string[]): Campaign {
  const made = createTally(moves.map(({ name }) => name));
  return { ...length, moves, made, refused: new Map(), tally: createTally(counted), calls: 0, days: 0 };
}

/** One walk; every call, refused or not, is followed by all checks. `end` is what comes after the last move. */
export async function walk(
  campaign: Campaign,
  stage: Stage,
  seed: number,
  end: (world: World) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const { moves, made, refused, tally, steps } = campaign;
  const tickets = moves.flatMap((move) => Array.from({ length: move.weight }, () => move));
  const dice = diceOf(seed);
  const world = await worldOf(stage, { tally, refused });
  const startAt = world.now;
  world.afterCall = async () => {
    world.donatedMor += donatedBy(world) - syncedBy(world);
    const before = world.state;
    await look(world);
    check(world, before, world.state);
  };
  while (world.trace.length < steps) {
    const { name, handler } = dice.pick(tickets);
    await told(world, `seed ${seed}, in ${name}`, async () => {
      if (await handler(world, dice)) count(made, name);
    });
  }
  await told(world, `seed ${seed}, at the end`, async () => {
    await end(world);
    world.isLast = true;
    [world.last, world.lastTransfers, world.lastReentries] = [[], [], []];
    await world.afterCall();
  });
  campaign.calls += world.trace.length;
  campaign.days += (world.now - startAt) / DAY;
}

/** Prints what a campaign did; from enough calls on, what never happened is a failure: its counts, and these moves. */
export function conclude(
  { made, refused, tally, runs, seed, calls, days }: Campaign,
  enoughCalls: number,
  wanted: readonly Move[],
): void {
  const seeds = `seeds ${seed} to ${seed + runs - 1}`;
  console.log(`      ${seeds}, ${calls} calls in ${days.toFixed(0)} days, ${CHECKS.length} checks after each`);
  console.log(`      successes: ${textOf(made)}`);
  console.log(`      refusals: ${textOf(refused)}`);
  console.log(`      counted: ${textOf(tally)}`);
  if (calls < enoughCalls) return;
  const never = wanted.map(({ name }) => name).filter((name) => made.get(name) === 0);
  expect(never, 'moves that never succeeded').to.deep.equal([]);
  expect(neverIn(tally), 'what never happened').to.deep.equal([]);
}

async function told(world: World, where: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    throw new Error(`${where}: ${String(error)}\n        ${world.trace.join('\n        ')}`, { cause: error });
  }
}

function syncedBy(world: World): bigint {
  return world.last
    .filter(({ name }) => name === 'EmissionReceived')
    .reduce((total, { args }) => total + (args['amountMor'] as bigint), 0n);
}

function check(world: World, before: State, after: State): void {
  for (const { name, holds } of CHECKS) {
    try {
      holds(world, before, after);
    } catch (error) {
      throw new AssertionError(`${name}: ${String(error)}`);
    }
  }
}
