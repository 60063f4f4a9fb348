import type { NodeKeyStore, StoredNodeKeys } from '@yellowstone/service';

/** Node keys in memory, for unit tests only. */
export function rememberedKeys(): NodeKeyStore {
  const kept = new Map<string, StoredNodeKeys>();
  return {
    async add(keys) {
      const place = `${keys.endpointHash} ${keys.period}`;
      const found = kept.get(place) ?? keys;
      kept.set(place, found);
      return found;
    },
    list: async (now) => [...kept.values()].filter(({ validUntil }) => validUntil >= now),
    async prune(now) {
      const ended = [...kept].filter(([, { validUntil }]) => validUntil < now);
      for (const [place] of ended) kept.delete(place);
      return ended.length;
    },
  };
}
