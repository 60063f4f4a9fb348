import type { Log } from '@yellowstone/service';
import type { Clock } from '../clock.js';

/** A model server in a process of its own. */
export interface RunningServer {
  /** Without a path, such as http://127.0.0.1:40123. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Settles when the process is gone, never rejects. */
  readonly exited: Promise<{ readonly expected: boolean }>;
  stop(): Promise<void>;
}

/** A server that is started again when it dies. */
export interface KeptServer {
  /** Undefined between death and rebirth. */
  now(): RunningServer | undefined;
  stop(): Promise<void>;
}

interface KeepDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Resolves when the server serves; a start that is aborted leaves nothing behind. */
  readonly start: (signal: AbortSignal) => Promise<RunningServer>;
}

interface KeepOptions {
  readonly name: string;
  /** One that runs already; without it the first start happens in the background. */
  readonly running?: RunningServer | undefined;
}

const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 60_000;
/** One that lived as long did not die of its start: the next restart is soon again. */
const STABLE_MS = 60_000;

/** Starts a server again when it dies or does not start, later and later while that goes on. */
export function keepRunning({ log, clock, start }: KeepDeps, { name, running }: KeepOptions): KeptServer {
  const stopping = new AbortController();
  let now: RunningServer | undefined;
  let delayMs = FIRST_RESTART_MS;
  let timer: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();

  const adopt = (server: RunningServer): void => {
    now = server;
    const startedAt = clock.monotonic();
    void server.exited.then(({ expected }) => {
      now = undefined;
      if (expected) return;
      if (clock.monotonic() - startedAt >= STABLE_MS) delayMs = FIRST_RESTART_MS;
      restartLater();
    });
  };
  const restartLater = (): void => {
    if (stopping.signal.aborted) return;
    log.warn({ model: name, delayMs }, 'backend is started again later');
    timer = setTimeout(() => (starting = begin()), delayMs).unref();
    delayMs = Math.min(delayMs * 2, LAST_RESTART_MS);
  };
  const begin = async (): Promise<void> => {
    try {
      adopt(await start(stopping.signal));
    } catch (error) {
      if (stopping.signal.aborted) return;
      log.error({ model: name, err: error }, 'backend did not start');
      restartLater();
    }
  };

  if (running === undefined) starting = begin();
  else adopt(running);
  return {
    now: () => now,
    async stop() {
      stopping.abort(new DOMException('the backend is stopped', 'AbortError'));
      clearTimeout(timer);
      await starting;
      await now?.stop();
    },
  };
}
