import { type ServedAnswers, type ServedPart, type ServedSums, sumOfServed } from '@yellowstone/service';

/** A memory of its own: what several meters of one test share. */
export function rememberedAnswers(): ServedAnswers & { readonly writes: number } {
  const parts: ServedPart[] = [];
  let writes = 0;
  const allOf = (some: readonly ServedPart[]): ServedSums | undefined =>
    some.length === 0 ? undefined : some.slice(1).reduce<ServedSums>(sumOfServed, some[0] as ServedSums);
  return {
    get writes() {
      return writes;
    },
    async add(added) {
      if (added.length > 0) writes += 1;
      parts.push(...added);
    },
    async ofSession(sessionId) {
      return allOf(parts.filter((part) => part.sessionId === sessionId));
    },
    async byDay({ from, to }) {
      const inside = parts.filter(({ day }) => day >= from && day <= to);
      const keys = [...new Set(inside.map(({ day, modelId }) => `${day} ${modelId}`))].sort();
      return keys.map((key) => {
        const some = inside.filter(({ day, modelId }) => `${day} ${modelId}` === key);
        return { ...(some[0] as ServedPart), ...(allOf(some) as ServedSums) };
      });
    },
    forgetSessions: async () => 0,
  };
}
