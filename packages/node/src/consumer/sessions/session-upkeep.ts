import type { SessionId } from '@yellowstone/protocol';
import type { Log, SessionSpending } from '@yellowstone/service';
import type { Clock } from '../../clock.js';
import type { OpenSession } from '../open-session.js';
import { chooseHeld, type Held, type Horizon, isIdle, needsClosing, needsRenewal } from './held-session.js';
import type { SessionOpenings } from './session-openings.js';

/** Looks after sessions between requests. */
export interface Upkeep {
  start(): void;
  stop(): void;
}

interface UpkeepDeps {
  readonly held: ReadonlyMap<SessionId, Held>;
  readonly dropped: Map<SessionId, bigint>;
  readonly horizon: () => Promise<Horizon>;
  readonly recognise: () => Promise<void>;
  readonly openings: Pick<SessionOpenings, 'runAhead'>;
  readonly closeQuietly: (one: Held) => Promise<void>;
  readonly drop: (session: OpenSession) => void;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly spending: Pick<SessionSpending, 'find' | 'touch'>;
  readonly log: Log;
}

interface UpkeepOptions {
  /** A session that nobody used for so long is closed [ms]. */
  readonly idleMs: number;
  readonly sweepMs: number;
}

/** What ended costs nothing more: its closing is only for the books, and not worth more attempts. */
const MAX_CLOSES_AFTER_END = 3;

/**
 * Closes sessions that ended and those whose closing failed before, renews those that are in use before they end, closes
 * what is idle or replaced, and notices what others open and close with the same account.
 */
export function createUpkeep(deps: UpkeepDeps, { idleMs, sweepMs }: UpkeepOptions): Upkeep {
  const { held, dropped, horizon, recognise, openings, closeQuietly, drop, clock, spending, log } = deps;
  const times = () => ({ nowMs: clock.monotonic(), idleMs });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const closeDue = async (): Promise<void> => {
    const { now } = await horizon();
    const due = [...held.values()].filter((one) => needsClosing(one, clock.monotonic()));
    const ended = [...held.values()].filter((one) => one.isUsable && one.session.endsAt <= now);
    for (const one of [...due, ...ended]) {
      await closeQuietly(one);
      const isOver = one.session.endsAt <= now && one.failedCloses >= MAX_CLOSES_AFTER_END;
      if (isOver) drop(one.session);
    }
    for (const [sessionId, endsAt] of dropped) if (endsAt <= now) dropped.delete(sessionId);
  };
  const renew = async (): Promise<void> => {
    const now = await horizon();
    for (const one of held.values()) {
      if (one.lastWant === undefined || !needsRenewal(one, now, times())) continue;
      const { sessionId } = one.session;
      const want = { ...one.lastWant, tried: new Set<never>(), full: new Set<never>() };
      try {
        const isCovered = chooseHeld(held.values(), want, now).lasting > 0;
        one.isReplaced = isCovered || (await openings.runAhead(want));
        if (one.isReplaced && !isCovered) log.info({ sessionId }, 'session renewed');
      } catch (error) {
        log.warn({ sessionId, err: error }, 'session not renewed');
      }
    }
  };
  /** Other processes that share the database may use what lies idle here. */
  const isUsedElsewhere = async (one: Held): Promise<boolean> => {
    if (one.isReplaced) return false;
    const lastUsedAt = (await spending.find(one.session.sessionId))?.lastUsedAt;
    const agoMs = lastUsedAt === undefined ? idleMs : clock.now() - lastUsedAt;
    // Clocks of machines differ by minutes. What lies further ahead was written before this one was set back.
    if (Math.abs(agoMs) >= idleMs) return false;
    one.lastUsedAt = clock.monotonic() - Math.max(0, agoMs);
    return true;
  };
  const closeIdle = async (): Promise<void> => {
    for (const one of [...held.values()].filter(({ isTouched, running }) => isTouched || running > 0)) {
      one.isTouched = false;
      await spending.touch(one.session.sessionId);
    }
    for (const one of [...held.values()].filter((one) => isIdle(one, times()))) {
      if (await isUsedElsewhere(one)) continue;
      log.info(
        { sessionId: one.session.sessionId },
        one.isReplaced ? 'replaced session closes' : 'idle session closes',
      );
      await closeQuietly(one);
    }
  };
  const sweep = async (): Promise<void> => {
    // One after the other; what fails now is tried again by the next sweep.
    for (const act of [closeDue, recognise, renew, closeIdle]) {
      await act().catch((error: unknown) => log.debug({ err: error }, 'sessions not looked after'));
    }
  };
  const next = (): void => {
    if (!isStopped) timer = setTimeout(() => void sweep().finally(next), sweepMs).unref();
  };
  return {
    start: next,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
