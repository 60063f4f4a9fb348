import type { ModelId } from '@yellowstone/protocol';
import type { Clock } from '../../clock.js';
import type { Want } from '../want.js';

/** Opens one session of a model at a time. */
export interface SessionOpenings {
  /**
   * Opens a session, or waits for the one of the model that is being opened. Who comes with the payer of that one hears
   * how it ended; for others it only ends, and they look again.
   */
  run(want: Want): Promise<void>;
  /** The same for nobody who waits: not while one is on its way, and not soon after one that failed. */
  runAhead(want: Want): Promise<boolean>;
  /** When all that run have ended. */
  settled(): Promise<void>;
}

interface OpeningDeps {
  readonly open: (want: Want) => Promise<void>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

interface OpeningOptions {
  /** How long nobody opens ahead after a failure [ms]. */
  readonly pauseMs?: number;
}

interface Running {
  readonly keyId: string | undefined;
  readonly opening: Promise<void>;
}

export function createSessionOpenings(
  { open, clock }: OpeningDeps,
  { pauseMs = 30_000 }: OpeningOptions = {},
): SessionOpenings {
  const running = new Map<ModelId, Running>();
  const pausedUntil = new Map<ModelId, number>();

  const start = (want: Want): Promise<void> => {
    const opening = open(want).finally(() => running.delete(want.modelId));
    running.set(want.modelId, { keyId: want.payer.keyId, opening });
    return opening;
  };
  return {
    async run(want) {
      const other = running.get(want.modelId);
      if (other === undefined) return start(want);
      if (other.keyId === want.payer.keyId) return other.opening;
      // Why somebody else's opening failed is not for everybody.
      await other.opening.catch(() => undefined);
    },
    async runAhead(want) {
      const now = clock.monotonic();
      const isPaused = now < (pausedUntil.get(want.modelId) ?? Number.NEGATIVE_INFINITY);
      if (isPaused || running.has(want.modelId)) return false;
      pausedUntil.delete(want.modelId);
      try {
        await start(want);
        return true;
      } catch (error) {
        pausedUntil.set(want.modelId, clock.monotonic() + pauseMs);
        throw error;
      }
    },
    async settled() {
      await Promise.allSettled([...running.values()].map(({ opening }) => opening));
    },
  };
}
