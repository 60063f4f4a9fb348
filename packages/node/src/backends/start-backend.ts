import type { Log } from '@yellowstone/service';
import type { Dispatcher } from 'undici';
import type { ModelEntry } from './model-entry.js';
import type { Backend } from './backend.js';
import { startEmbedded } from './embedded-backend.js';
import { watchHealth } from './health-watch.js';
import { probeBackend } from './probe-backend.js';

interface BackendDeps {
  readonly log: Log;
  readonly dispatcher: Dispatcher;
}

/** Starts the driver of an entry and measures its health once before it returns. */
export async function startBackend({ log, dispatcher }: BackendDeps, entry: ModelEntry): Promise<Backend> {
  const driver = entry.backend.kind === 'embedded' ? await startEmbedded({ log }, entry, entry.backend) : undefined;
  const fixedUrl = entry.backend.kind === 'url' ? entry.backend.url : undefined;
  const apiKey = entry.backend.kind === 'url' ? entry.backend.apiKey : undefined;

  const url = (): string | undefined => driver?.url() ?? fixedUrl;
  const headers = (): Record<string, string> =>
    apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` };
  const probe = async (): Promise<boolean> => {
    const now = url();
    return now !== undefined && (await probeBackend({ dispatcher, url: now, headers: headers() }));
  };
  const health = await watchHealth({ log, probe }, { name: entry.name });
  return {
    entry,
    modelName: entry.backend.kind === 'url' ? entry.backend.model : entry.name,
    url,
    headers,
    isHealthy: health.isHealthy,
    reportFailure: health.reportFailure,
    async stop() {
      health.stop();
      await driver?.stop();
    },
  };
}
