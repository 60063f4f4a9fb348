import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';
import { createWaitingLine } from './waiting-line.js';

/** Lets a bounded number of tasks run and a bounded number wait. */
export interface Slots {
  /**
   * Waits for a slot; the result gives it back, once.
   * @param turn who is more urgent goes first, see `Turn`
   * @throws queue_full with Retry-After and the length of the queue, queue_timeout, or the signal's reason.
   */
  acquire(signal: AbortSignal, turn?: Turn): Promise<() => void>;
  /** How many run and wait now. */
  load(): SlotsLoad;
  /** Takes other limits from now on. What runs and waits already stays. */
  resize(limits: SlotsLimits): void;
  /** Resolves once nothing runs and nothing waits. */
  idle(signal: AbortSignal): Promise<void>;
}

export interface SlotsLoad {
  readonly busy: number;
  readonly waiting: number;
  /** How long a task took lately, from getting its slot to giving it back [ms]; undefined before the first. */
  readonly serviceMs: number | undefined;
}

export interface SlotsLimits {
  readonly slots: number;
  readonly queue: number;
}

/** How urgent a task is. */
export interface Turn {
  /**
   * 0 to MAX_PRIORITY; 0 by default. One step is worth AGEING_MS of waiting, so that a task is overtaken by those only
   * who come within priority × AGEING_MS after it: nobody starves, however many urgent ones come.
   */
  readonly priority?: number;
}

export interface SlotsOptions extends SlotsLimits {
  /** Named in errors. */
  readonly name: string;
  /** The longest a task waits [ms]. */
  readonly waitTimeoutMs?: number;
}

/** How much waiting one step of priority is worth [ms]. */
export const AGEING_MS = 2_000;
/** Nobody is overtaken by who comes later than this times AGEING_MS, 20 s. */
export const MAX_PRIORITY = 10;

/** Retry-After stays within these: a client that is told less hammers, one that is told more gives up [s]. */
const RETRY_AFTER_SECONDS = { least: 1, most: 120 } as const;
const MS_PER_SECOND = 1_000;
/** Weight of the latest task in the mean of their lengths. */
const LATEST_WEIGHT = 0.2;

interface Deps {
  readonly clock: Pick<Clock, 'monotonic'>;
}

export function createSlots({ clock }: Deps, { name, waitTimeoutMs = 60_000, ...initial }: SlotsOptions): Slots {
  let limits: SlotsLimits = initial;
  const line = createWaitingLine<() => void>();
  const running = new Map<object, number>();
  const idlers = new Set<() => void>();
  let serviceMs: number | undefined;

  const begin = (): (() => void) => {
    const task = {};
    running.set(task, clock.monotonic());
    return () => {
      const startedAt = running.get(task);
      if (startedAt === undefined) return;
      running.delete(task);
      const tookMs = clock.monotonic() - startedAt;
      serviceMs = serviceMs === undefined ? tookMs : serviceMs + LATEST_WEIGHT * (tookMs - serviceMs);
      letIn();
    };
  };
  const letIn = (): void => {
    while (running.size < limits.slots) {
      const next = line.first();
      if (next === undefined) break;
      next();
    }
    if (running.size === 0 && line.size() === 0) for (const tell of [...idlers]) tell();
  };
  /** When the queue of now will have been served [s], by how long tasks took lately, or run already. */
  const retryAfterSeconds = (): number => {
    const longestMs = Math.max(0, ...[...running.values()].map((startedAt) => clock.monotonic() - startedAt));
    const waitMs = ((line.size() + 1) * (serviceMs ?? longestMs)) / Math.max(1, limits.slots);
    const seconds = Math.ceil(waitMs / MS_PER_SECOND);
    return Math.min(Math.max(seconds, RETRY_AFTER_SECONDS.least), RETRY_AFTER_SECONDS.most);
  };
  const facts = () => ({ model: name, slots: limits.slots, queue: line.size() });
  const wait = (signal: AbortSignal, rank: number): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        leave();
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        finish();
      };
      const onTurn = (): void => settle(() => resolve(begin()));
      const giveUp = (reason: Error): void => {
        settle(() => reject(reason));
        letIn();
      };
      const onAbort = (): void => giveUp(signal.reason as Error);
      const leave = line.join(onTurn, rank);
      const timer = setTimeout(() => {
        giveUp(nodeError('queue_timeout', facts(), { retryAfterSeconds: retryAfterSeconds() }));
      }, waitTimeoutMs);
      signal.addEventListener('abort', onAbort, { once: true });
    });

  return {
    async acquire(signal, { priority = 0 } = {}) {
      signal.throwIfAborted();
      if (running.size < limits.slots && line.size() === 0) return begin();
      if (line.size() >= limits.queue) {
        throw nodeError('queue_full', facts(), { retryAfterSeconds: retryAfterSeconds() });
      }
      return wait(signal, clock.monotonic() - Math.min(Math.max(priority, 0), MAX_PRIORITY) * AGEING_MS);
    },
    load: () => ({ busy: running.size, waiting: line.size(), serviceMs }),
    resize(next) {
      limits = next;
      letIn();
    },
    idle: (signal) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          idlers.delete(onIdle);
          signal.removeEventListener('abort', onAbort);
          finish();
        };
        const onIdle = (): void => settle(resolve);
        const onAbort = (): void => settle(() => reject(signal.reason as Error));
        idlers.add(onIdle);
        signal.addEventListener('abort', onAbort, { once: true });
        if (signal.aborted) onAbort();
        else if (running.size === 0 && line.size() === 0) onIdle();
      }),
  };
}
