import { pause } from '../pause.js';

/** Time and chance of a pool of endpoints, injected so that tests own them. */
export interface Timing {
  /** Never steps back [ms]. */
  now(): number;
  /** Waits; rejects with the reason of the signal as soon as it is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** A signal that is aborted later, unless it is cleared before. */
  deadline(milliseconds: number): Deadline;
  /** From 0 to 1, 1 excluded. */
  random(): number;
}

export interface Deadline {
  readonly signal: AbortSignal;
  clear(): void;
}

export const systemTiming: Timing = {
  now: () => performance.now(),
  pause,
  deadline(milliseconds) {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), milliseconds);
    return { signal: over.signal, clear: () => clearTimeout(timer) };
  },
  random: () => Math.random(),
};
