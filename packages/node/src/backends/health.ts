import type { Log } from '@yellowstone/service';
import type { Clock } from '../clock.js';
import { createAnswerStatistics, type Measured } from './answer-statistics.js';
import { type HealthEvent, type HealthState, nextHealth } from './health-state.js';

/** Whether a backend can be asked, by probes and by what became of requests. */
export interface BackendHealth {
  state(): HealthState;
  /** False if it should not be asked; `trial` counts as healthy. */
  isHealthy(): boolean;
  /** How long to leave it alone while it is down [s]. */
  retryAfterSeconds(): number;
  /** Begins a request; undefined while it is down, and for the second one at a time while it is on trial. */
  begin(): Attempt | undefined;
  /** Tells that it cannot be reached, so that nobody waits for the next probe. */
  reportUnreachable(): void;
  measured(): Measured;
  stop(): void;
}

/** One request to a backend. */
export interface Attempt {
  /** What became of it; only the first call counts. */
  end(result: AttemptResult): void;
}

export type AttemptResult =
  | {
      readonly kind: 'answered';
      /** Undefined if there was no first token, such as with embeddings. */
      readonly ttftMs: number | undefined;
      readonly durationMs: number;
      readonly outputTokens: number;
    }
  | { readonly kind: 'failed' }
  /** Says nothing about the backend: the client left, or the request was at fault. */
  | { readonly kind: 'dropped' };

interface HealthDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** True if it is well; must have its own timeout. */
  readonly probe: () => Promise<boolean>;
}

interface HealthOptions {
  readonly name: string;
  /** Between probes while it is well, and while it is not [ms]. */
  readonly intervalMs?: number;
  readonly retryMs?: number;
  /** How long it is left alone after requests failed, at first and at most; doubles from trial to trial [ms]. */
  readonly pauseMs?: number;
  readonly maxPauseMs?: number;
}

const MS_PER_SECOND = 1_000;

/** Probes once before it returns, then again and again until stopped. */
export async function watchHealth(
  { log, clock, probe }: HealthDeps,
  { name, intervalMs = 5_000, retryMs = 1_000, pauseMs = 5_000, maxPauseMs = 120_000 }: HealthOptions,
): Promise<BackendHealth> {
  const statistics = createAnswerStatistics();
  let health: HealthState = { state: 'down', since: 'start', goodProbes: 0 };
  let badProbes = 0;
  let failures = 0;
  let pause = { ms: pauseMs, endsAt: Number.NEGATIVE_INFINITY };
  /** Counts changes of state: what began before one says nothing about the time after it. */
  let era = 0;
  let isTried = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const become = (event: HealthEvent): void => {
    const before = health;
    health = nextHealth(health, event);
    if (health.state === before.state) return;
    [badProbes, failures, isTried] = [0, 0, false];
    era += 1;
    if (health.state === 'up') {
      pause = { ms: pauseMs, endsAt: Number.NEGATIVE_INFINITY };
      log.info({ model: name }, 'backend is up');
    } else if (health.state === 'trial') {
      log.info({ model: name }, 'backend is on trial');
    } else {
      const ms = before.state === 'trial' ? Math.min(pause.ms * 2, maxPauseMs) : pauseMs;
      pause = { ms, endsAt: clock.monotonic() + ms };
      log.warn({ model: name, reason: health.since, pauseMs: ms }, 'backend is down');
    }
  };
  const measure = async (): Promise<void> => {
    const startedAt = clock.monotonic();
    const isWell = await probe().catch(() => false);
    if (isStopped) return;
    statistics.probed(isWell, clock.monotonic() - startedAt);
    badProbes = isWell ? 0 : badProbes + 1;
    become({ kind: 'probed', isWell, badProbes, isPauseOver: clock.monotonic() >= pause.endsAt });
    timer = setTimeout(() => void measure(), health.state === 'up' ? intervalMs : retryMs).unref();
  };
  const begin = (): Attempt | undefined => {
    if (health.state === 'down' || (health.state === 'trial' && isTried)) return undefined;
    isTried = health.state === 'trial';
    const eraOfStart = era;
    let hasEnded = false;
    return {
      end(result) {
        if (hasEnded) return;
        hasEnded = true;
        if (result.kind !== 'dropped') statistics.answered(result);
        if (era !== eraOfStart) return;
        isTried = false;
        if (result.kind === 'dropped') return;
        failures = result.kind === 'failed' ? failures + 1 : 0;
        const failedOfLast = statistics.failedOfLast();
        become(result.kind === 'failed' ? { kind: 'failed', failures, failedOfLast } : { kind: 'answered' });
      },
    };
  };

  await measure();
  return {
    state: () => health,
    isHealthy: () => health.state !== 'down',
    retryAfterSeconds: () => {
      const leftMs = Math.max(pause.endsAt - clock.monotonic(), retryMs);
      return Math.ceil(leftMs / MS_PER_SECOND);
    },
    begin,
    reportUnreachable: () => become({ kind: 'unreachable' }),
    measured: statistics.measured,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
