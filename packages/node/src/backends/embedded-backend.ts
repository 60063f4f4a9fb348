import type { Log } from '@yellowstone/service';
import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';
import type { Driver } from './driver.js';
import { keepRunning, type RunningServer } from './keep-running.js';
import type { ModelEntry } from './model-entry.js';

/** The part of @yellowstone/llama that is used; the package is optional, so its types are not imported. */
export interface LlamaPackage {
  startLlama(
    options: {
      readonly modelPath: string;
      readonly modelName: string;
      readonly slots: number;
      readonly queueLimit: number;
      readonly log: Log;
    },
    context: { readonly signal: AbortSignal },
  ): Promise<RunningServer>;
}

interface EmbeddedDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly importLlama?: (() => Promise<LlamaPackage>) | undefined;
}

const LLAMA_PACKAGE = '@yellowstone/llama';

/**
 * Starts llama.cpp for a model, in a child process that is started again when it dies.
 * @throws llama_not_installed, or what `startLlama` throws when it cannot start the first time.
 */
export async function startEmbedded(
  { log, clock, importLlama = () => import(LLAMA_PACKAGE) as Promise<LlamaPackage> }: EmbeddedDeps,
  { name, slots, queue }: Pick<ModelEntry, 'name' | 'slots' | 'queue'>,
  { modelPath }: { readonly modelPath: string },
): Promise<Driver> {
  const { startLlama } = await importLlama().catch((cause: unknown) => {
    throw nodeError('llama_not_installed', { model: name }, { cause });
  });
  const start = (signal: AbortSignal): Promise<RunningServer> =>
    startLlama({ modelPath, modelName: name, slots, queueLimit: queue, log }, { signal });
  const running = await start(new AbortController().signal);
  const { now, stop } = keepRunning({ log, clock, start }, { name, running });
  const below = (path: string): string | undefined => {
    const server = now();
    return server === undefined ? undefined : `${server.url}${path}`;
  };
  return { url: () => below('/v1'), headers: () => ({}), probeUrl: () => below('/health'), stop };
}
