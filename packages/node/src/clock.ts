/** Time and randomness, injected so that tests own them. */
export interface Clock {
  /** Wall clock [ms]. */
  now(): number;
  /** Never steps back; for durations [ms]. */
  monotonic(): number;
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
