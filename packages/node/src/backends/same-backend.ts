import type { ModelEntry } from './model-entry.js';

/** True if the server of one entry can go on serving another: all that differs is what the node does by itself. */
export function isSameBackend(one: ModelEntry, other: ModelEntry): boolean {
  return keyOf(one) === keyOf(other);
}

/** Everything that a server was started with. */
function keyOf({ backend, name, slots, queue }: ModelEntry): string {
  switch (backend.kind) {
    case 'url':
      return JSON.stringify([backend.kind, backend.url, backend.model, backend.apiKey?.reveal() ?? null]);
    case 'embedded':
      return JSON.stringify([backend, name, slots, queue]);
    case 'llama-server':
      return JSON.stringify([backend, name, slots]);
  }
}
