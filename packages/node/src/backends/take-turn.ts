import type { AppError } from '@yellowstone/service';
import { isNodeError, nodeError, type NodeErrorCode } from '../errors.js';
import type { Backend } from './backend.js';
import type { AttemptResult } from './health.js';
import type { ServedModel } from './served-model.js';
import type { Turn } from './slots.js';

/** A slot of a model and the right to ask its backend once. */
export interface TakenTurn {
  readonly backend: Backend;
  /** Gives the slot back and tells what became of the request; only the first call counts. */
  end(result: AttemptResult): void;
  /**
   * The same for a request that failed; what the client did says nothing about the backend.
   * @returns true if the backend is at fault
   */
  fail(error: unknown): boolean;
}

/** What says that a backend does not serve as it should. */
const FAULTS: readonly NodeErrorCode[] = [
  'backend_unreachable',
  'backend_timeout',
  'backend_failed',
  'backend_broken',
  'stream_truncated',
];

/**
 * Waits for a slot of a model whose backend is well.
 * @throws backend_unhealthy with Retry-After, queue_full, queue_timeout, or the signal's reason
 */
export async function takeTurn(
  { backend, slots }: ServedModel,
  { signal, turn }: { readonly signal: AbortSignal; readonly turn?: Turn },
): Promise<TakenTurn> {
  // Nobody waits in a queue that leads nowhere.
  if (!backend.isHealthy()) throw unhealthy(backend);
  const release = await slots.acquire(signal, turn);
  const attempt = backend.begin();
  if (attempt === undefined) {
    release();
    throw unhealthy(backend);
  }
  const end = (result: AttemptResult): void => {
    attempt.end(result);
    release();
  };
  return {
    backend,
    end,
    fail(error) {
      const isAtFault = FAULTS.some((code) => isNodeError(error, code));
      end({ kind: isAtFault ? 'failed' : 'dropped' });
      return isAtFault;
    },
  };
}

/** What is said of a model whose backend is down. */
export function unhealthy({ entry, retryAfterSeconds }: Pick<Backend, 'entry' | 'retryAfterSeconds'>): AppError {
  return nodeError('backend_unhealthy', { model: entry.name }, { retryAfterSeconds: retryAfterSeconds() });
}
