import type { Backend } from './backend.js';
import type { ModelEntry } from './model-entry.js';

/** How long to stay away from a model that is being exchanged or could not be started [s]. */
const RETRY_AFTER_SECONDS = 30;

/** Stands for a model that is listed and not there. */
export function restingBackend(entry: ModelEntry): Backend {
  return {
    entry,
    isResting: true,
    modelName: entry.name,
    url: () => undefined,
    headers: () => ({}),
    state: () => ({ state: 'down', since: 'start', goodProbes: 0 }),
    isHealthy: () => false,
    retryAfterSeconds: () => RETRY_AFTER_SECONDS,
    begin: () => undefined,
    reportUnreachable: () => undefined,
    measured: () => ({ answers: 0, failures: 0, probeMs: undefined, ttftMs: undefined, tokensPerSecond: undefined }),
    stop: async () => undefined,
  };
}
