/**
 * `up`: asked freely. `down`: not asked. `trial`: it was down because requests failed, its pause is over, and one
 * request at a time may show that it serves again.
 */
export type HealthState =
  | { readonly state: 'up' }
  | {
      readonly state: 'down';
      /** Why: it did not start yet, probes failed or nobody listens, or requests failed. */
      readonly since: 'start' | 'probes' | 'requests';
      /** Good probes in a row. */
      readonly goodProbes: number;
    }
  | { readonly state: 'trial' };

export type HealthEvent =
  | {
      readonly kind: 'probed';
      readonly isWell: boolean;
      /** Bad ones in a row, this one included. */
      readonly badProbes: number;
      /** True if it was left alone long enough. */
      readonly isPauseOver: boolean;
    }
  | { readonly kind: 'answered' }
  | {
      readonly kind: 'failed';
      /** Failed requests in a row, this one included. */
      readonly failures: number;
      /** Part of the latest requests that failed; undefined while there are too few. */
      readonly failedOfLast: number | undefined;
    }
  | { readonly kind: 'unreachable' };

/** A single bad probe can be a hiccup, and a single good one too. */
const BAD_PROBES = 2;
const GOOD_PROBES = 2;
const FAILURES_IN_A_ROW = 3;
const FAILED_PART = 0.5;

/** The one place that says how health changes. */
export function nextHealth(now: HealthState, event: HealthEvent): HealthState {
  switch (now.state) {
    case 'up':
      if (event.kind === 'unreachable') return down('probes');
      if (event.kind === 'probed' && event.badProbes >= BAD_PROBES) return down('probes');
      if (event.kind === 'failed' && isTooMuch(event)) return down('requests');
      return now;
    case 'trial':
      if (event.kind === 'answered') return { state: 'up' };
      if (event.kind === 'failed') return down('requests');
      if (event.kind === 'unreachable' || (event.kind === 'probed' && event.badProbes >= BAD_PROBES)) {
        return down('probes');
      }
      return now;
    case 'down':
      if (event.kind !== 'probed') return now;
      return afterProbe({ ...now, goodProbes: event.isWell ? now.goodProbes + 1 : 0 }, event);
  }
}

function afterProbe(
  now: Extract<HealthState, { state: 'down' }>,
  { isWell, isPauseOver }: Extract<HealthEvent, { kind: 'probed' }>,
): HealthState {
  if (!isWell) return now;
  if (now.since === 'start') return { state: 'up' };
  if (now.goodProbes < GOOD_PROBES) return now;
  // Probes that failed are answered by probes that succeed; requests that failed, by a request.
  if (now.since === 'probes') return { state: 'up' };
  return isPauseOver ? { state: 'trial' } : now;
}

function isTooMuch({ failures, failedOfLast }: Extract<HealthEvent, { kind: 'failed' }>): boolean {
  return failures >= FAILURES_IN_A_ROW || (failedOfLast !== undefined && failedOfLast > FAILED_PART);
}

function down(since: 'probes' | 'requests'): HealthState {
  return { state: 'down', since, goodProbes: 0 };
}
