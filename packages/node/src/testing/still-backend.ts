import type { Backend } from '../backends/backend.js';
import type { ModelEntry } from '../backends/model-entry.js';
import { restingBackend } from '../backends/resting-backend.js';

/** A backend that is well and does nothing, with a note of whether it was stopped. */
export function stillBackend(entry: ModelEntry): Backend & { readonly isStopped: () => boolean } {
  let isStopped = false;
  return {
    ...restingBackend(entry),
    isResting: false,
    isHealthy: () => !isStopped,
    begin: () => ({ end: () => undefined }),
    isStopped: () => isStopped,
    async stop() {
      isStopped = true;
    },
  };
}
