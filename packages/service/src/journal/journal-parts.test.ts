import { describe, expect, it } from 'vitest';
import { silentLog } from '../testing/databases.js';
import { fromExactJson, toExactJson } from './exact-json.js';
import { isUnfinished, requireStep, type IntentState } from './intent-state.js';
import { createPassLoop } from './pass-loop.js';
import { raiseFees } from './raise-fees.js';

const STATES: readonly IntentState[] = ['intended', 'signed', 'sent', 'mined', 'failed'];

describe('the states of an intent', () => {
  it('allow what can happen and nothing else', () => {
    const allowed = STATES.flatMap((from) =>
      STATES.filter((to) => {
        try {
          requireStep(from, to);
          return true;
        } catch {
          return false;
        }
      }).map((to) => `${from} -> ${to}`),
    );
    expect(allowed).toEqual([
      'intended -> signed',
      'intended -> failed',
      'signed -> intended',
      'signed -> sent',
      'signed -> mined',
      'signed -> failed',
      'sent -> intended',
      'sent -> mined',
      'sent -> failed',
      'mined -> signed',
      'failed -> signed',
    ]);
    expect(STATES.filter(isUnfinished)).toEqual(['intended', 'signed', 'sent']);
  });
});

describe('exact JSON', () => {
  it.each([[5n], [{ a: [1n, 'x', null, 2] }], [{ bigint: 'not alone', b: 1 }], [[-(2n ** 255n)]]])(
    'keeps %o',
    (value) => {
      expect(fromExactJson(toExactJson(value))).toEqual(value);
    },
  );
});

describe('raiseFees', () => {
  it('offers an eighth more, rounded up, or what is usual if that is more', () => {
    const previous = { maxFeePerGas: 80n, maxPriorityFeePerGas: 1n };
    expect(raiseFees(previous, { maxFeePerGas: 10n, maxPriorityFeePerGas: 5n })).toEqual({
      maxFeePerGas: 91n,
      maxPriorityFeePerGas: 5n,
    });
    expect(raiseFees(previous, { gasPrice: 200n })).toEqual({ maxFeePerGas: 200n, maxPriorityFeePerGas: 200n });
    expect(raiseFees({ gasPrice: 80n }, { gasPrice: 1n })).toEqual({ gasPrice: 91n });
    expect(raiseFees({ gasPrice: 80n }, { maxFeePerGas: 300n, maxPriorityFeePerGas: 1n })).toEqual({ gasPrice: 300n });
  });
});

describe('the pass loop', () => {
  const options = { intervalMs: 1, maxPauseMs: 5 };

  it('comes back until it may rest, and when it is woken', async () => {
    let passes = 0;
    let rests = 3;
    const loop = createPassLoop({ log: silentLog }, async () => (++passes < rests ? 'again' : 'rest'), options);
    loop.wake();
    await expect.poll(() => passes).toBe(3);
    rests = 4;
    loop.wake();
    await expect.poll(() => passes).toBe(4);
    await loop.stop();
    loop.wake();
    await loop.pass();
    expect(passes).toBe(4);
  });

  it('makes one pass at a time, and one more when it was woken meanwhile', async () => {
    let running = 0;
    let most = 0;
    let passes = 0;
    const work = async (): Promise<'rest'> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      passes += 1;
      return 'rest';
    };
    const loop = createPassLoop({ log: silentLog }, work, options);
    for (let index = 0; index < 10; index += 1) loop.wake();
    await loop.pass();
    expect([most, passes]).toEqual([1, 2]);
    await loop.stop();
  });

  it('tries again after a failure', async () => {
    let passes = 0;
    const work = async (): Promise<'rest'> => {
      passes += 1;
      if (passes < 4) throw new Error('no chain');
      return 'rest';
    };
    const loop = createPassLoop({ log: silentLog }, work, options);
    loop.wake();
    await expect.poll(() => passes).toBe(4);
    await loop.stop();
  });
});
