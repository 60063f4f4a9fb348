export type StopStrings = {
  /** Text that is safe to send; `stopped` once a stop string was met (it and everything after it are dropped). */
  push(text: string): { readonly text: string; readonly stopped: boolean };
  /** Text that was held back in case it began a stop string. */
  flush(): string;
};

/** Finds stop strings in a stream of pieces, also where one is spread over several pieces. */
export function createStopStrings(stops: readonly string[]): StopStrings {
  let held = '';
  return {
    push(text) {
      held += text;
      const at = firstIndexOf(held, stops);
      const stopped = at !== -1;
      const safe = stopped ? at : held.length - longestBeginning(held, stops);
      const out = held.slice(0, safe);
      held = stopped ? '' : held.slice(safe);
      return { text: out, stopped };
    },
    flush() {
      const out = held;
      held = '';
      return out;
    },
  };
}

function firstIndexOf(text: string, stops: readonly string[]): number {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at !== -1);
  return found.length === 0 ? -1 : Math.min(...found);
}

/** Length of the longest end of `text` that a stop string begins with. */
function longestBeginning(text: string, stops: readonly string[]): number {
  let longest = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length--) {
      if (text.endsWith(stop.slice(0, length))) longest = length;
    }
  }
  return longest;
}
