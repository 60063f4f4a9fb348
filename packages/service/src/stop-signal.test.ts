import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from './log.js';
import { stopOnSignal } from './stop-signal.js';

const log = createLog({ name: 'test', level: 'silent' });
const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
const signal = (): void => void process.listeners('SIGTERM').at(-1)?.('SIGTERM');

beforeEach(() => {
  vi.useFakeTimers();
  exit.mockClear();
});

afterEach(() => {
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(name);
  vi.useRealTimers();
});

describe('stopOnSignal', () => {
  it('stops once and exits 0', async () => {
    const stop = vi.fn(async () => undefined);
    stopOnSignal({ log }, stop);
    signal();
    await vi.advanceTimersByTimeAsync(0);
    expect(stop).toHaveBeenCalledTimes(1);
    expect(exit).toHaveBeenCalledExactlyOnceWith(0);
  });

  it('exits 1 when stopping fails', async () => {
    stopOnSignal({ log }, async () => Promise.reject(new Error('x')));
    signal();
    await vi.advanceTimersByTimeAsync(0);
    expect(exit).toHaveBeenCalledWith(1);
  });

  it('exits 1 when stopping takes too long, or at the second signal', async () => {
    stopOnSignal({ log }, () => new Promise(() => undefined), { graceMs: 100 });
    signal();
    await vi.advanceTimersByTimeAsync(99);
    expect(exit).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
    signal();
    expect(exit).toHaveBeenCalledTimes(2);
  });
});
