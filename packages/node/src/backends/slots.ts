import { nodeError } from '../errors.js';

/** Lets a bounded number of tasks run and a bounded number wait. */
export interface Slots {
  /**
   * Waits for a slot; the result gives it back, once.
   * @throws queue_full, queue_timeout, or the signal's reason.
   */
  acquire(signal: AbortSignal): Promise<() => void>;
  /** How many run and wait now. */
  load(): { readonly busy: number; readonly waiting: number };
}

interface SlotsOptions {
  /** Named in errors. */
  readonly name: string;
  readonly slots: number;
  readonly queue: number;
  /** The longest a task waits [ms]. */
  readonly waitTimeoutMs?: number;
  /** What a client is told to wait when the queue is full [s]. */
  readonly retryAfterSeconds?: number;
}

/** First come, first served. */
export function createSlots(options: SlotsOptions): Slots {
  const { name, slots, queue, waitTimeoutMs = 60_000, retryAfterSeconds = 2 } = options;
  const waiting = new Set<() => void>();
  let busy = 0;

  const release = (): (() => void) => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const [next] = waiting;
      if (next === undefined) busy -= 1;
      else next();
    };
  };
  const wait = (signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        waiting.delete(onTurn);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onTurn = (): void => settle(() => resolve(release()));
      const onAbort = (): void => settle(() => reject(signal.reason as Error));
      const onTimeout = (): void =>
        settle(() => reject(nodeError('queue_timeout', { model: name }, { retryAfterSeconds })));
      const timer = setTimeout(onTimeout, waitTimeoutMs);
      waiting.add(onTurn);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  return {
    async acquire(signal) {
      signal.throwIfAborted();
      if (busy < slots) {
        busy += 1;
        return release();
      }
      if (waiting.size >= queue) {
        throw nodeError('queue_full', { model: name, slots, queue: waiting.size }, { retryAfterSeconds });
      }
      return wait(signal);
    },
    load: () => ({ busy, waiting: waiting.size }),
  };
}
