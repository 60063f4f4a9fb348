/** A seeded source of choices, so that every walk can be walked again. */
export interface Dice {
  /** A whole number from 0 to `below` - 1. */
  readonly roll: (below: number) => number;
  /** An amount from `least` to `most`, both included [MOR-wei]. */
  readonly amount: (least: bigint, most: bigint) => bigint;
  /** One of a list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** True once in `times`. */
  readonly once: (times: number) => boolean;
}

/** Mulberry32: 32 bits of state, good enough to choose. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const roll = (below: number): number => Math.floor(next() * below);
  return {
    roll,
    amount: (least, most) => least + ((most - least) * BigInt(roll(1_000_001))) / 1_000_000n,
    pick: (list) => {
      if (list.length === 0) throw new Error('nothing to pick from');
      return list[roll(list.length)]!;
    },
    once: (times) => roll(times) === 0,
  };
}
