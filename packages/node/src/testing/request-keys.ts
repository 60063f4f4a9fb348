import { type RequestKeys, serviceError } from '@yellowstone/service';

/** Request keys in memory. */
export function memoryRequestKeys(): RequestKeys {
  const claimed = new Map<string, string>();
  return {
    async claim(key, fingerprint) {
      const known = claimed.get(key) ?? fingerprint;
      if (known !== fingerprint) throw serviceError('intent_differs', { idempotencyKey: key });
      claimed.set(key, known);
    },
  };
}
