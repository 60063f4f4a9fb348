import { AssertionError, expect } from 'chai';
import { takeSnapshot } from '@nomicfoundation/hardhat-network-helpers';
import { CHECKS, donatedBy, stateOf, type State } from './walk/checks';
import { diceOf } from './walk/dice';
import { HANDLERS } from './walk/handlers';
import { walkStage, worldOf, type Stage, type World } from './walk/world';

const numberOf = (name: string, usual: number): number => Number(process.env[name] ?? usual);

/** Sequences, calls of each, and the seed of the first; all from the environment for a longer campaign. */
const RUNS = numberOf('WALK_RUNS', 24);
const STEPS = numberOf('WALK_STEPS', 50);
const SEED = numberOf('WALK_SEED', 1);

const TICKETS = HANDLERS.flatMap((entry) => Array.from({ length: entry.weight }, () => entry));

describe('invariants: a walk through the market [YS-001] [YS-024] [YS-030] [YS-033] [YS-040] [YS-041]', () => {
  it(`${RUNS} sequences of ${STEPS} calls keep every promise after every call`, async function () {
    this.timeout(Math.max(600_000, RUNS * STEPS * 1_000));
    const stage = await walkStage();
    let home = await takeSnapshot();
    const made = new Map(HANDLERS.map(({ name }) => [name, 0]));
    let calls = 0;
    for (let run = 0; run < RUNS; run++) {
      calls += await walk(stage, SEED + run, made);
      await home.restore();
      home = await takeSnapshot();
    }
    const counts = [...made].map(([name, count]) => `${name} ${count}`).join(', ');
    console.log(`      seeds ${SEED} to ${SEED + RUNS - 1}, ${calls} calls made, ${CHECKS.length} checks after each`);
    console.log(`      successes: ${counts}`);
    const never = [...made].filter(([, count]) => count === 0).map(([name]) => name);
    if (RUNS * STEPS >= 1_000) expect(never, 'moves that never succeeded').to.deep.equal([]);
  });
});

/** One walk; every call, refused or not, is followed by all checks. */
async function walk(stage: Stage, seed: number, made: Map<string, number>): Promise<number> {
  const dice = diceOf(seed);
  const world = await worldOf(stage);
  world.afterCall = async () => {
    world.donatedMor += donatedBy(world) - syncedBy(world);
    const before = world.state;
    world.state = await stateOf(world);
    check(world, before, world.state);
  };
  while (world.trace.length < STEPS) {
    const { name, handler } = dice.pick(TICKETS);
    try {
      if (await handler(world, dice)) made.set(name, made.get(name)! + 1);
    } catch (error) {
      const trace = world.trace.join('\n        ');
      throw new Error(`seed ${seed}, in ${name}: ${String(error)}\n        ${trace}`, { cause: error });
    }
  }
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
