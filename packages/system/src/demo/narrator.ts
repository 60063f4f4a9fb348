const MS_PER_SECOND = 1_000;

export interface Narrator {
  /** Says what is about to happen, with the seconds since the start. */
  step(text: string): void;
  /** Says what came of it. */
  detail(text: string): void;
  /** Writes a part of a line at once. */
  part(text: string): void;
}

/** Tells the demo as it happens. */
export function createNarrator(write: (text: string) => void = (text) => process.stdout.write(text)): Narrator {
  const startedAt = performance.now();
  return {
    step(text) {
      const seconds = ((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1);
      write(`\n[${seconds.padStart(5)} s] ${text}\n`);
    },
    detail: (text) => write(`          ${text}\n`),
    part: write,
  };
}

/** Throws unless what a step promised holds. */
export function insist(holds: boolean, promise: string): asserts holds {
  if (!holds) throw new Error(`this should hold and does not: ${promise}`);
}
