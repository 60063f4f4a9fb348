import type { Timing } from '../chain/rpc/timing.js';

/** Time that only moves when somebody waits: waits are over at once, and deadlines when the test says so. */
export interface ManualTiming extends Timing {
  /** What was waited for so far [ms]. */
  readonly waits: readonly number[];
  advance(milliseconds: number): void;
  /** Happens during the next wait. */
  duringWait(act: () => void): void;
  /** Ends the request that is under way for longest. */
  expire(): void;
}

export function createManualTiming(): ManualTiming {
  let now = 0;
  const waits: number[] = [];
  const running = new Set<AbortController>();
  let planned: () => void = () => undefined;
  return {
    waits,
    now: () => now,
    random: () => 0.5,
    async pause(milliseconds, signal) {
      signal.throwIfAborted();
      waits.push(milliseconds);
      now += milliseconds;
      planned();
      planned = () => undefined;
    },
    deadline(milliseconds) {
      const over = new AbortController();
      running.add(over);
      const clear = (): void => void running.delete(over);
      over.signal.addEventListener('abort', () => {
        now += milliseconds;
      });
      return { signal: over.signal, clear };
    },
    duringWait(act) {
      planned = act;
    },
    advance(milliseconds) {
      now += milliseconds;
    },
    expire() {
      const [oldest] = running;
      if (oldest === undefined) return;
      running.delete(oldest);
      oldest.abort();
    },
  };
}
