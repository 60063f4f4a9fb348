import type { Log } from '@yellowstone/service';
import { nodeError } from '../errors.js';
import type { ModelEntry } from './model-entry.js';

/** The part of @yellowstone/llama that is used; the package is optional, so its types are not imported. */
export interface LlamaPackage {
  startLlama(options: {
    readonly modelPath: string;
    readonly modelName: string;
    readonly slots: number;
    readonly queueLimit: number;
    readonly log: Log;
  }): Promise<RunningLlama>;
}

interface RunningLlama {
  readonly url: string;
  readonly exited: Promise<{ readonly expected: boolean }>;
  stop(): Promise<void>;
}

/** A llama.cpp child process that is started again when it dies. */
export interface EmbeddedDriver {
  /** Undefined between death and rebirth. */
  url(): string | undefined;
  stop(): Promise<void>;
}

interface EmbeddedDeps {
  readonly log: Log;
  readonly importLlama?: () => Promise<LlamaPackage>;
}

const LLAMA_PACKAGE = '@yellowstone/llama';
const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 60_000;

/**
 * Starts llama.cpp for a model.
 * @throws llama_not_installed, or what `startLlama` throws when it cannot start the first time.
 */
export async function startEmbedded(
  { log, importLlama = () => import(LLAMA_PACKAGE) as Promise<LlamaPackage> }: EmbeddedDeps,
  { name, slots, queue }: ModelEntry,
  { modelPath }: { readonly modelPath: string },
): Promise<EmbeddedDriver> {
  const { startLlama } = await importLlama().catch((cause: unknown) => {
    throw nodeError('llama_not_installed', { model: name }, { cause });
  });
  const start = (): Promise<RunningLlama> => startLlama({ modelPath, modelName: name, slots, queueLimit: queue, log });

  let running: RunningLlama | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();

  const adopt = (llama: RunningLlama): void => {
    running = llama;
    void llama.exited.then(({ expected }) => {
      running = undefined;
      if (!expected) restartIn(FIRST_RESTART_MS);
    });
  };
  const restartIn = (delayMs: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => (starting = restart(delayMs)), delayMs).unref();
  };
  const restart = async (delayMs: number): Promise<void> => {
    try {
      adopt(await start());
    } catch (error) {
      log.error({ model: name, err: error }, 'embedded backend did not start');
      restartIn(Math.min(delayMs * 2, LAST_RESTART_MS));
    }
  };
  adopt(await start());
  return {
    url: () => (running === undefined ? undefined : `${running.url}/v1`),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await starting;
      await running?.stop();
    },
  };
}
