/** Who waits, the one of the lowest rank first; of equal ones, who came first. */
export interface WaitingLine<Waiter> {
  /** Joins; the result leaves, from wherever in the line, and does nothing the second time. */
  join(waiter: Waiter, rank: number): () => void;
  /** Whose turn it is; undefined if nobody waits. */
  first(): Waiter | undefined;
  size(): number;
}

interface Place<Waiter> {
  readonly waiter: Waiter;
  readonly rank: number;
}

/** A sorted list: lines are bounded and short, and most who come go to its end. */
export function createWaitingLine<Waiter>(): WaitingLine<Waiter> {
  const places: Place<Waiter>[] = [];
  return {
    join(waiter, rank) {
      const place = { waiter, rank };
      let at = places.length;
      while (at > 0 && rank < (places[at - 1] as Place<Waiter>).rank) at -= 1;
      places.splice(at, 0, place);
      return () => {
        const now = places.indexOf(place);
        if (now >= 0) places.splice(now, 1);
      };
    },
    first: () => places[0]?.waiter,
    size: () => places.length,
  };
}
