import type { UsedRequestIds } from '@yellowstone/service';

/** Used request ids in memory, for unit tests only. */
export function rememberedIds(): UsedRequestIds {
  const used = new Set<string>();
  return {
    async claim(id) {
      if (used.has(id)) return false;
      used.add(id);
      return true;
    },
    prune: async () => 0,
  };
}
