import type { Log } from '../log.js';

/** Work that is done again and again: at once when woken, otherwise in a rhythm while there is something to do. */
export interface PassLoop {
  /** Something new is there. */
  wake(): void;
  /** Resolves when a pass that starts after this call has ended. Never rejects. */
  pass(): Promise<void>;
  /** No further pass; resolves when the running one has ended. */
  stop(): Promise<void>;
}

interface LoopOptions {
  readonly intervalMs: number;
  /** The longest pause after failures [ms]. */
  readonly maxPauseMs: number;
}

/** @param work one pass; says whether to come back by itself */
export function createPassLoop(
  { log }: { readonly log: Log },
  work: () => Promise<'again' | 'rest'>,
  { intervalMs, maxPauseMs }: LoopOptions,
): PassLoop {
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isWoken = false;
  let isStopped = false;
  let failures = 0;

  async function runOnce(): Promise<void> {
    let next: 'again' | 'rest' = 'again';
    try {
      next = await work();
      failures = 0;
    } catch (error) {
      failures += 1;
      // A short outage is not worth a line for each look.
      log[failures === 1 ? 'warn' : 'debug']({ err: error, failures }, 'chain journal waits for the chain');
    }
    running = undefined;
    if (isStopped) return;
    if (isWoken && failures === 0) return start();
    if (next === 'again') timer = setTimeout(start, Math.min(maxPauseMs, intervalMs * 2 ** Math.min(failures, 16)));
  }

  function start(): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = undefined;
    isWoken = false;
    running = runOnce();
  }

  function wake(): void {
    isWoken = true;
    // After a failure the pause is kept, or a busy program would hammer an endpoint that is down.
    if (running === undefined && (failures === 0 || timer === undefined)) start();
  }

  return {
    wake,
    async pass() {
      await running;
      if (running === undefined) start();
      await running;
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
