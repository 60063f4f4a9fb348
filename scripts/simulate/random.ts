/** A stream of numbers that a seed decides: mulberry32, enough for a simulation, no good for secrets. */
export interface Random {
  /** A whole number in [0, bound). */
  readonly below: (bound: bigint) => bigint;
}

const STEP = 0x6d2b79f5;
const RANGE = 2n ** 32n;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const word = (): bigint => {
    state = (state + STEP) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return BigInt((mixed ^ (mixed >>> 14)) >>> 0);
  };
  return { below: (bound) => (((word() << 32n) | word()) * bound) / (RANGE * RANGE) };
}
