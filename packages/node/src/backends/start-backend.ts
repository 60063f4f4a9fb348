import { randomBytes } from 'node:crypto';
import type { Log } from '@yellowstone/service';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.js';
import type { Backend } from './backend.js';
import type { Driver } from './driver.js';
import { type LlamaPackage, startEmbedded } from './embedded-backend.js';
import { watchHealth } from './health.js';
import { startLlamaServer } from './llama-server.js';
import type { BackendEntry, ModelEntry } from './model-entry.js';
import { probeBackend } from './probe-backend.js';

export interface BackendDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly dispatcher: Dispatcher;
  readonly importLlama?: (() => Promise<LlamaPackage>) | undefined;
}

/**
 * Starts the driver of an entry and measures its health once before it returns.
 * @throws llama_not_installed, llama_server_missing, model_file_missing, or what an embedded llama.cpp does not start for
 */
export async function startBackend(deps: BackendDeps, entry: ModelEntry): Promise<Backend> {
  const { log, clock, dispatcher } = deps;
  const driver = await startDriver(deps, entry);
  const probe = async (): Promise<boolean> => {
    const url = driver.probeUrl();
    return url !== undefined && (await probeBackend({ dispatcher, url, headers: driver.headers() }));
  };
  const { stop: stopHealth, ...health } = await watchHealth({ log, clock, probe }, { name: entry.name });
  return {
    ...health,
    entry,
    isResting: false,
    modelName: entry.backend.kind === 'url' ? entry.backend.model : entry.name,
    url: driver.url,
    headers: driver.headers,
    async stop() {
      stopHealth();
      await driver.stop();
    },
  };
}

async function startDriver(deps: BackendDeps, model: ModelEntry): Promise<Driver> {
  const entry = model.backend;
  switch (entry.kind) {
    case 'url':
      return fixedDriver(entry);
    case 'embedded':
      return startEmbedded(deps, model, entry);
    case 'llama-server':
      return startLlamaServer({ ...deps, randomKey: () => randomBytes(32).toString('hex') }, { model, entry });
  }
}

/** A server that somebody else runs. */
function fixedDriver({ url, apiKey }: Extract<BackendEntry, { kind: 'url' }>): Driver {
  return {
    url: () => url,
    headers: () => (apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` }),
    probeUrl: () => `${url}/models`,
    stop: async () => undefined,
  };
}
