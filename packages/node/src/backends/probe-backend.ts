import type { Dispatcher } from 'undici';
import { DEFAULT_TIMEOUTS, exchange } from '../carriage/exchange.js';

const PROBE_TIMEOUT_MS = 3_000;

interface Probe {
  readonly dispatcher: Dispatcher;
  /** A list of models, which some servers do not have, or a page about health. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** True if a server answers and does not refuse our key. */
export async function probeBackend({ dispatcher, url, headers }: Probe): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const ask = { dispatcher, method: 'GET', url, headers, signal, timeouts: DEFAULT_TIMEOUTS } as const;
  const { status, body } = await exchange(ask);
  body.leave();
  return status < 500 && status !== 401 && status !== 403;
}
