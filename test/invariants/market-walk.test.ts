import { AssertionError, expect } from 'chai';
import { takeSnapshot } from '@nomicfoundation/hardhat-network-helpers';
import { ADVERSARIES } from './walk/adversaries';
import { CHECKS } from './walk/checks';
import { donatedBy } from './walk/checks/money';
import { diceOf } from './walk/dice';
import { HANDLERS } from './walk/handlers';
import { backlogStage, walkStage, type Stage } from './walk/stage';
import type { State } from './walk/state';
import { count, COUNTED, createTally, neverIn, textOf, type Tally } from './walk/tally';
import { look, worldOf, type World } from './walk/world';

const numberOf = (name: string, usual: number): number => Number(process.env[name] ?? usual);

/** A run that measures coverage looks at every step of the EVM, and needs some of each walk only. */
const USUAL_RUNS = process.argv.includes('coverage') ? 4 : 64;
/** Sequences, calls of each, and the seed of the first; all from the environment for a longer campaign. */
const RUNS = numberOf('WALK_RUNS', USUAL_RUNS);
const STEPS = numberOf('WALK_STEPS', 50);
const SEED = numberOf('WALK_SEED', 1);
/** From so many calls on every move must have succeeded. */
const ENOUGH_CALLS = 1_000;

const MOVES = [...HANDLERS, ...ADVERSARIES];
const TICKETS = MOVES.flatMap((entry) => Array.from({ length: entry.weight }, () => entry));

describe('invariants: a walk through the market [YS-001] [YS-024] [YS-030] [YS-033] [YS-040] [YS-041]', () => {
  it(`${RUNS} sequences of ${STEPS} calls keep every promise after every call`, async function () {
    this.timeout(Math.max(600_000, RUNS * STEPS * 1_000));
    const made = createTally(MOVES.map(({ name }) => name));
    const refused: Tally = new Map();
    const tally = createTally(COUNTED);
    const seeds = Array.from({ length: RUNS }, (_, i) => SEED + i);
    let calls = 0;
    // Odd seeds start in an ordinary market, even ones in a market in which the pool owes far more than it may pay.
    let stage = await walkStage();
    for (const parity of [1, 0]) {
      if (parity === 0) stage = await backlogStage(stage);
      let home = await takeSnapshot();
      for (const seed of seeds.filter((each) => each % 2 === parity)) {
        calls += await walk(stage, seed, { made, refused, tally });
        await home.restore();
        home = await takeSnapshot();
      }
    }
    console.log(`      seeds ${SEED} to ${SEED + RUNS - 1}, ${calls} calls made, ${CHECKS.length} checks after each`);
    console.log(`      successes: ${textOf(made)}`);
    console.log(`      refusals: ${textOf(refused)}`);
    console.log(`      counted: ${textOf(tally)}`);
    if (calls < ENOUGH_CALLS) return;
    expect(neverIn(made), 'moves that never succeeded').to.deep.equal([]);
    expect(neverIn(tally), 'what never happened').to.deep.equal([]);
  });
});

interface Counts {
  readonly made: Tally;
  readonly refused: Tally;
  readonly tally: Tally;
}

/** One walk; every call, refused or not, is followed by all checks. */
async function walk(stage: Stage, seed: number, { made, refused, tally }: Counts): Promise<number> {
  const dice = diceOf(seed);
  const world = await worldOf(stage, { tally, refused });
  world.afterCall = async () => {
    world.donatedMor += donatedBy(world) - syncedBy(world);
    const before = world.state;
    await look(world);
    check(world, before, world.state);
  };
  while (world.trace.length < STEPS) {
    const { name, handler } = dice.pick(TICKETS);
    try {
      if (await handler(world, dice)) count(made, name);
    } catch (error) {
      const trace = world.trace.join('\n        ');
      throw new Error(`seed ${seed}, in ${name}: ${String(error)}\n        ${trace}`, { cause: error });
    }
  }
  world.isLast = true;
  [world.last, world.lastTransfers, world.lastReentries] = [[], [], []];
  await world.afterCall();
  return world.trace.length;
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
