import { createGuard, credit, draw, type Guard, guardStatus, receive } from '../src/guard.js';
import { DAY_SECONDS, HOUR_SECONDS, MOR, UINT96_MAX } from '../src/units.js';
import type { VectorValue } from './vector-case.js';

const HOUR = HOUR_SECONDS;
const DAY = DAY_SECONDS;
/** A midnight; each sequence starts there or three days before. */
const T0 = 20_000n * DAY;
const ALL = 10n ** 27n;

/** `look` reads the status and touches nothing. */
type Kind = 'receive' | 'credit' | 'draw' | 'look';
/** Offset from T0 [s], kind, amount [MOR-wei]; guardBps and schedule where they differ from 100 and 3,000 MOR. */
type Step = readonly [offset: bigint, kind: Kind, amountMor: bigint, guardBps?: bigint, scheduledComputeMor?: bigint];

/** 100,000 MOR that came three days before as a credit. */
const OLD_POOL: Step = [-3n * DAY, 'credit', 100_000n * MOR];

const SEQUENCES: Readonly<Record<string, readonly Step[]>> = {
  'an empty guard lets nothing go': [
    [0n, 'look', 0n],
    [0n, 'draw', 1n],
    [DAY, 'draw', 1n],
    [30n * DAY, 'draw', 1n],
  ],
  'a young pool pays received emission only': [
    [1_800n, 'credit', 100_000n * MOR],
    [1_801n, 'draw', ALL],
    [HOUR, 'receive', 5n * MOR],
    [HOUR, 'draw', 3n * MOR],
    [HOUR + 1n, 'draw', 3n * MOR],
    [DAY - 1n, 'look', 0n],
    [DAY, 'look', 0n],
    [DAY + HOUR - 1n, 'draw', ALL],
    [DAY + HOUR, 'draw', ALL],
    [DAY + 2n * HOUR, 'draw', ALL],
  ],
  'one payment of everything, at t0': [
    OLD_POOL,
    [-1n, 'look', 0n],
    [0n, 'draw', ALL],
    [0n, 'draw', 1n],
    [1n, 'draw', 1n],
    [DAY - 1n, 'draw', 1n],
    [DAY, 'draw', 1n],
    [DAY + HOUR - 1n, 'draw', 1n],
    [DAY + HOUR, 'draw', ALL],
    [DAY + HOUR + 1n, 'draw', 1n],
  ],
  'one payment of everything, a second before the hour': [
    OLD_POOL,
    [HOUR - 1n, 'draw', ALL],
    [HOUR, 'draw', 1n],
    [DAY + HOUR - 2n, 'draw', 1n],
    [DAY + HOUR - 1n, 'draw', 1n],
    [DAY + HOUR, 'draw', ALL],
  ],
  'one payment of everything, a second after the hour': [
    OLD_POOL,
    [HOUR + 1n, 'draw', ALL],
    [DAY + HOUR, 'draw', 1n],
    [DAY + HOUR + 1n, 'draw', 1n],
    [DAY + 2n * HOUR - 1n, 'draw', 1n],
    [DAY + 2n * HOUR, 'draw', ALL],
  ],
  'payments on both sides of midnight': [
    OLD_POOL,
    [DAY - 1n, 'draw', 600n * MOR],
    [DAY, 'draw', 600n * MOR],
    [DAY + 1n, 'draw', 600n * MOR],
    [2n * DAY - 1n, 'draw', 600n * MOR],
    [2n * DAY, 'draw', 600n * MOR],
    [2n * DAY + HOUR, 'draw', 600n * MOR],
  ],
  'a lump of emission counts for one day of the schedule and 23 full hours': [
    OLD_POOL,
    [HOUR - 1n, 'receive', 50_000n * MOR],
    [HOUR - 1n, 'draw', 500n * MOR],
    [HOUR, 'look', 0n],
    [DAY - 1n, 'look', 0n],
    [DAY, 'look', 0n],
    [DAY + HOUR - 1n, 'look', 0n],
    [DAY + HOUR, 'draw', ALL],
  ],
  'a credit is not received': [
    OLD_POOL,
    [0n, 'credit', 50_000n * MOR],
    [0n, 'draw', ALL],
    [DAY - 1n, 'look', 0n],
    [DAY, 'look', 0n],
    [DAY + HOUR, 'draw', ALL],
  ],
  'idle for more than 25 hours builds up no burst': [
    OLD_POOL,
    [0n, 'draw', 10n * MOR],
    [25n * HOUR, 'look', 0n],
    [26n * HOUR, 'look', 0n],
    [30n * DAY, 'look', 0n],
    [30n * DAY, 'draw', ALL],
    [30n * DAY + 26n * HOUR, 'draw', ALL],
    [400n * DAY, 'draw', ALL],
  ],
  'sparse buckets inherit the balance of the next one': [
    OLD_POOL,
    [5n * HOUR, 'credit', 10_000n * MOR],
    [17n * HOUR + 59n, 'credit', 20_000n * MOR],
    [DAY, 'look', 0n],
    [DAY + 5n * HOUR - 1n, 'look', 0n],
    [DAY + 5n * HOUR, 'look', 0n],
    [DAY + 6n * HOUR, 'look', 0n],
    [DAY + 17n * HOUR, 'look', 0n],
    [DAY + 18n * HOUR, 'look', 0n],
    [DAY + 18n * HOUR, 'draw', ALL],
  ],
  'a ring place is used again after 25 hours': [
    OLD_POOL,
    [0n, 'draw', 100n * MOR],
    [24n * HOUR, 'draw', 100n * MOR],
    [25n * HOUR, 'draw', 100n * MOR],
    [49n * HOUR, 'draw', ALL],
    [50n * HOUR, 'draw', ALL],
  ],
  'changed parameters forget nothing': [
    OLD_POOL,
    [0n, 'draw', 400n * MOR],
    [1n, 'draw', ALL, 50n],
    [2n, 'draw', ALL, 10n],
    [3n, 'look', 0n, 0n],
    [4n, 'draw', ALL, 100n],
    [5n, 'receive', 2_000n * MOR, 100n, 3_000n * MOR],
    [5n, 'draw', ALL, 100n, 1_000n * MOR],
    [6n, 'draw', ALL, 100n, 0n],
    [7n, 'draw', ALL, 100n, 3_000n * MOR],
  ],
  'openings are rounded down to 1e9 wei': [
    [-3n * DAY, 'credit', 199_999_999_999n],
    [0n, 'look', 0n],
    [0n, 'draw', ALL],
    [DAY, 'look', 0n],
    [DAY + HOUR, 'draw', ALL],
    [DAY + HOUR, 'receive', 1n],
    [DAY + HOUR, 'draw', 2n],
  ],
  'the pool limits a payment': [
    [0n, 'receive', 10n],
    [0n, 'draw', 7n],
    [0n, 'draw', 7n],
    [0n, 'draw', 0n],
    [0n, 'receive', 0n],
    [0n, 'receive', 1n],
    [HOUR, 'draw', 7n],
  ],
  'counters hold 2^96-1': [
    [-3n * DAY, 'credit', UINT96_MAX / 4n],
    [0n, 'receive', UINT96_MAX / 2n, 100n, UINT96_MAX],
    [0n, 'receive', UINT96_MAX / 4n, 100n, UINT96_MAX],
    [0n, 'draw', 5n, 100n, UINT96_MAX],
    [0n, 'draw', UINT96_MAX, 100n, UINT96_MAX],
    [0n, 'draw', 1n, 100n, UINT96_MAX],
    [HOUR, 'draw', 1n, 100n, UINT96_MAX],
    [DAY + HOUR, 'draw', UINT96_MAX],
  ],
  'openings saturate at 2^64-1 units': [
    [-3n * DAY, 'credit', UINT96_MAX],
    [0n, 'look', 0n],
    [0n, 'draw', 1n],
    [DAY, 'look', 0n],
  ],
  'what comes in raises the limit of an hour in which it was used up': [
    OLD_POOL,
    [0n, 'draw', ALL],
    [1n, 'receive', 5n * MOR],
    [1n, 'draw', 2n * MOR],
    [2n, 'draw', ALL],
    [3n, 'credit', 1_000n * MOR],
    [3n, 'draw', ALL],
    [4n, 'receive', 7n * MOR],
    [HOUR, 'draw', ALL],
  ],
  'random walk 1': randomWalk(1n),
  'random walk 2': randomWalk(2n),
  'random walk 3': randomWalk(3n),
};

/** 40 steps from a fixed seed: a linear congruential generator, high bits only. */
function randomWalk(seed: bigint): readonly Step[] {
  let state = seed;
  const next = (below: bigint): bigint => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n;
    return (state >> 24n) % below;
  };
  const waits = [0n, 1n, HOUR - 1n, HOUR, HOUR + 1n, 6n * HOUR, DAY - 1n, DAY, DAY + 1n, 26n * HOUR];
  const kinds: readonly Kind[] = ['receive', 'credit', 'draw', 'draw', 'draw', 'look'];
  const steps: Step[] = [[0n, 'credit', 50_000n * MOR + next(MOR)]];
  let offset = 0n;
  for (let i = 0; i < 40; i++) {
    offset += (waits[Number(next(10n))] ?? 0n) + next(600n) * next(2n);
    steps.push([offset, kinds[Number(next(6n))] ?? 'look', next(1_500n * MOR)]);
  }
  return steps;
}

function apply(
  guard: Guard,
  step: { kind: Kind; amountMor: bigint; at: bigint; guardBps: bigint; scheduledComputeMor: bigint },
) {
  const { kind, amountMor, at, ...rules } = step;
  if (kind === 'receive') return { guard: receive(guard, amountMor, at), drawnMor: 0n };
  if (kind === 'credit') return { guard: credit(guard, amountMor, at), drawnMor: 0n };
  if (kind === 'draw') return draw(guard, amountMor, at, rules);
  return { guard, drawnMor: 0n };
}

export interface GuardSequence {
  readonly formula: 'guard';
  readonly name: string;
  /** `expected` is what was drawn and the pool and status right after the step, at its time and with its rules. */
  readonly steps: readonly { readonly inputs: VectorValue; readonly expected: VectorValue }[];
}

export function guardVectors(): GuardSequence[] {
  return Object.entries(SEQUENCES).map(([name, sequence]) => {
    let guard = createGuard();
    const steps = sequence.map(([offset, kind, amountMor, guardBps = 100n, scheduledComputeMor = 3_000n * MOR]) => {
      const inputs = { at: T0 + offset, kind, amountMor, guardBps, scheduledComputeMor };
      const result = apply(guard, inputs);
      guard = result.guard;
      const status = guardStatus(guard, inputs.at, inputs);
      return { inputs, expected: { drawnMor: result.drawnMor, poolMor: guard.poolMor, ...status } };
    });
    return { formula: 'guard', name, steps };
  });
}
