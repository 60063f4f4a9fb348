import type { Address } from '@yellowstone/protocol';
import type { Clock } from '../../clock.js';

/**
 * Whether a provider is asked: `ready`; `resting` after a failure; `due` when the rest is over and one try will tell;
 * `probed` while that try is on its way.
 */
export type ProviderHealth =
  | { readonly state: 'ready' | 'due' | 'probed' }
  | { readonly state: 'resting'; /** [ms] */ readonly leftMs: number; readonly failures: number };

/** Lets providers that failed rest, longer each time, and lets one try at a time find out whether they are back. */
export interface ProviderRests {
  healthOf(provider: Address): ProviderHealth;
  /** Tells that a provider is asked now. */
  begin(provider: Address): void;
  fail(provider: Address): void;
  /** The next failure is a first one again. */
  succeed(provider: Address): void;
}

interface RestOptions {
  /** The first rest [ms]; each one that follows is twice as long. */
  readonly firstMs?: number;
  readonly longestMs?: number;
  /** A try that nobody heard of for so long is over [ms]. */
  readonly probeMs?: number;
}

interface Rest {
  failures: number;
  until: number;
  probedAt: number | undefined;
}

/** More providers than any market has; the one that rested first is forgotten. */
const MAX_RESTS = 2_000;
const MAX_DOUBLINGS = 30;

export function createProviderRests(
  { clock }: { readonly clock: Pick<Clock, 'monotonic'> },
  { firstMs = 60_000, longestMs = 3_600_000, probeMs = 180_000 }: RestOptions = {},
): ProviderRests {
  const rests = new Map<Address, Rest>();

  const healthOf = (provider: Address): ProviderHealth => {
    const rest = rests.get(provider);
    if (rest === undefined) return { state: 'ready' };
    const now = clock.monotonic();
    if (now < rest.until) return { state: 'resting', leftMs: Math.ceil(rest.until - now), failures: rest.failures };
    const isProbed = rest.probedAt !== undefined && now - rest.probedAt < probeMs;
    return { state: isProbed ? 'probed' : 'due' };
  };
  return {
    healthOf,
    begin(provider) {
      const rest = rests.get(provider);
      if (rest !== undefined && healthOf(provider).state === 'due') rest.probedAt = clock.monotonic();
    },
    fail(provider) {
      // What failed at the same time is one failure.
      if (healthOf(provider).state === 'resting') return;
      const failures = (rests.get(provider)?.failures ?? 0) + 1;
      const lengthMs = Math.min(firstMs * 2 ** Math.min(failures - 1, MAX_DOUBLINGS), longestMs);
      rests.delete(provider);
      rests.set(provider, { failures, until: clock.monotonic() + lengthMs, probedAt: undefined });
      for (const oldest of rests.keys()) {
        if (rests.size <= MAX_RESTS) break;
        rests.delete(oldest);
      }
    },
    succeed: (provider) => void rests.delete(provider),
  };
}
