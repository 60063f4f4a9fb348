import type { Dispatcher } from 'undici';
import { DEFAULT_TIMEOUTS, exchange } from '../carriage/exchange.js';

const PROBE_TIMEOUT_MS = 3_000;

interface Probe {
  readonly dispatcher: Dispatcher;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** True if an OpenAI-compatible server answers and does not refuse our key. Some have no list of models. */
export async function probeBackend({ dispatcher, url, headers }: Probe): Promise<boolean> {
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const ask = { dispatcher, method: 'GET', url: `${url}/models`, headers, signal, timeouts: DEFAULT_TIMEOUTS } as const;
  const { status, body } = await exchange(ask);
  body.on('error', () => undefined).destroy();
  return status < 500 && status !== 401 && status !== 403;
}
