import type { Log } from './log.js';

interface StopDeps {
  readonly log: Log;
}

interface StopOptions {
  /** After this long the process ends although something still runs [ms]. */
  readonly graceMs?: number;
}

/**
 * Ends the process on SIGTERM or SIGINT: calls `stop` once, then exits 0; exits 1 if that takes too long or fails.
 * A second signal ends it at once.
 */
export function stopOnSignal(
  { log }: StopDeps,
  stop: () => Promise<void>,
  { graceMs = 30_000 }: StopOptions = {},
): void {
  let isStopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => {
      log.error({ graceMs }, 'stopping took too long');
      process.exit(1);
    }, graceMs).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
