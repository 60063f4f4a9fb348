import { describe, expect, it } from 'vitest';
import { createChainClock } from './chain.js';

function clockAt({ wall, block }: { wall: number; block: number }) {
  const state = { wall, block, monotonic: 0, reads: 0 };
  const reads = {
    now: async () => {
      state.reads += 1;
      return BigInt(state.block);
    },
  };
  const clock = { now: () => state.wall * 1_000, monotonic: () => state.monotonic };
  return { state, chainClock: createChainClock({ reads, clock }) };
}

describe('createChainClock', () => {
  it('is the wall clock while the latest block is old', async () => {
    const { chainClock } = clockAt({ wall: 1_000, block: 400 });
    expect(await chainClock.now()).toBe(1_000n);
  });

  it('follows a chain whose time was moved forward, and keeps going between its blocks', async () => {
    const { state, chainClock } = clockAt({ wall: 1_000, block: 5_000 });
    expect(await chainClock.now()).toBe(5_000n);
    Object.assign(state, { wall: 1_100, monotonic: 100_000 });
    expect(await chainClock.now()).toBe(5_100n);
  });

  it('asks the chain every half second at most', async () => {
    const { state, chainClock } = clockAt({ wall: 1_000, block: 1_000 });
    await chainClock.now();
    await chainClock.now();
    expect(state.reads).toBe(1);
    state.monotonic = 500;
    await chainClock.now();
    expect(state.reads).toBe(2);
  });
});
