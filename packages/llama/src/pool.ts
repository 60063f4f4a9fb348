import { ApiError } from './api-error.js';

export type Lease<T> = {
  readonly item: T;
  /** Gives the item to the next in line; further calls do nothing. */
  release(): void;
};

export type PoolState = { readonly total: number; readonly busy: number; readonly waiting: number };

export type Pool<T> = {
  lease(signal: AbortSignal): Promise<Lease<T>>;
  state(): PoolState;
};

const RETRY_AFTER_SECONDS = '1';

/** A fixed set of items lent first come, first served, with a bounded line and a bounded wait. */
export function createPool<T>(
  items: readonly T[],
  { queueLimit, queueTimeoutMs }: { readonly queueLimit: number; readonly queueTimeoutMs: number },
): Pool<T> {
  const free = [...items];
  const waiting = new Set<(item: T) => void>();

  function lend(item: T): Lease<T> {
    let held = true;
    return {
      item,
      release() {
        if (!held) return;
        held = false;
        const [next] = waiting;
        if (next) next(item);
        else free.push(item);
      },
    };
  }

  async function lease(signal: AbortSignal): Promise<Lease<T>> {
    signal.throwIfAborted();
    const item = free.pop();
    if (item !== undefined) return lend(item);
    if (waiting.size >= queueLimit) {
      throw new ApiError(
        'queue_full',
        `All ${items.length} slots are busy and ${waiting.size} of ${queueLimit} places in the queue are taken; retry in ${RETRY_AFTER_SECONDS} s.`,
        { headers: { 'retry-after': RETRY_AFTER_SECONDS } },
      );
    }
    return lend(await waitForItem(signal));
  }

  function waitForItem(signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(take);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const take = (item: T) => {
        leave();
        resolve(item);
      };
      const onAbort = () => {
        leave();
        reject(signal.reason as Error);
      };
      const timer = setTimeout(() => {
        leave();
        reject(
          new ApiError('queue_timeout', `No slot became free within ${queueTimeoutMs} ms; retry later.`, {
            headers: { 'retry-after': RETRY_AFTER_SECONDS },
          }),
        );
      }, queueTimeoutMs);
      waiting.add(take);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  return {
    lease,
    state: () => ({ total: items.length, busy: items.length - free.length, waiting: waiting.size }),
  };
}
