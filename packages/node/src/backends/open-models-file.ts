import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AppError, type Log } from '@yellowstone/service';
import type { Clock } from '../clock.js';
import type { StartProblem } from './fleet.js';
import type { ModelEntry } from './model-entry.js';
import { parseModels, readModelsText } from './models-file.js';

/** `models-config.json` of a running node. */
export interface ModelsFile {
  /** What it said when it was good last. */
  entries(): readonly ModelEntry[];
  status(): ModelsFileStatus;
  /** Gives each new list to whoever serves it, one after the other. To be called once, by the node. */
  follow(apply: (entries: readonly ModelEntry[]) => Promise<readonly StartProblem[]>): void;
  /** Reads it now and starts again what could not be started. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

export interface ModelsFileStatus {
  readonly file: string;
  /** When the list that is served was read [ms]. */
  readonly loadedAt: number;
  /** What is wrong with the file as it is now; the list of before is served. */
  readonly problems: readonly string[];
  /** Models of the list that could not be started. */
  readonly notStarted: readonly string[];
}

interface ModelsFileDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
}

interface ModelsFileOptions {
  /** How often it is read, for changes that nobody is told of [ms]. */
  readonly pollMs?: number;
  /** From a change to reading it, because changes come in flocks [ms]. */
  readonly debounceMs?: number;
  /** How long a file must stay wrong before that is told: it may be half written [ms]. */
  readonly settleMs?: number;
}

/** @throws models_file_invalid: a node does not start with a wrong list */
export async function openModelsFile(
  { env, log, clock }: ModelsFileDeps,
  file: string,
  { pollMs = 5_000, debounceMs = 200, settleMs = 1_000 }: ModelsFileOptions = {},
): Promise<ModelsFile> {
  let seen: string | undefined = await readModelsText(file);
  let entries = parseModels({ env }, { file, text: seen });
  let status: ModelsFileStatus = { file, loadedAt: clock.now(), problems: [], notStarted: [] };
  let suspect: string | undefined;
  let apply: Parameters<ModelsFile['follow']>[0] | undefined;
  let working: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let hasChanged = false;

  const serve = async (): Promise<void> => {
    const failed = (await apply?.(entries)) ?? [];
    status = { ...status, notStarted: failed.map(({ entry, error }) => `${entry.name}: ${messageOf(error)}`) };
  };
  const accept = async (list: readonly ModelEntry[]): Promise<void> => {
    entries = list;
    status = { ...status, loadedAt: clock.now(), problems: [] };
    log.info({ file, models: list.map(({ name }) => name) }, 'models file read');
    await serve();
  };
  const refuse = (problems: readonly string[]): void => {
    status = { ...status, problems };
    log.error({ file, problems }, 'models file is wrong; the models of before are served');
  };
  const look = async (): Promise<'same' | 'accepted' | 'refused' | 'perhaps half written'> => {
    const text = await textOf(file);
    if (text === seen) return 'same';
    const read = readModels({ env, file }, text);
    if ('problems' in read && text !== suspect) {
      suspect = text;
      log.debug({ file }, 'models file may be half written');
      return 'perhaps half written';
    }
    [seen, suspect] = [text, undefined];
    if ('problems' in read) {
      refuse(read.problems);
      return 'refused';
    }
    await accept(read.models);
    return 'accepted';
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    working = working
      .then(work)
      .catch((error: unknown) => log.error({ file, err: error }, 'models could not be changed'));
    return working;
  };
  const lookIn = (delayMs: number): void => {
    clearTimeout(timer);
    if (isStopped) return;
    timer = setTimeout(() => {
      hasChanged = false;
      void inTurn(async () => {
        const found = await look();
        // What changed while it was read must not wait for the next poll.
        lookIn(hasChanged ? debounceMs : found === 'perhaps half written' ? settleMs : pollMs);
      });
    }, delayMs).unref();
  };
  const onChange = (): void => {
    hasChanged = true;
    lookIn(debounceMs);
  };

  let watcher: FSWatcher | undefined;
  return {
    entries: () => entries,
    status: () => status,
    follow(next) {
      apply = next;
      watcher = watchFolder(file, { log, onChange });
      lookIn(0);
    },
    reload: () =>
      inTurn(async () => {
        // Whoever asks has finished writing.
        suspect = await textOf(file);
        if ((await look()) !== 'accepted') await serve();
      }),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      watcher?.close();
      await working;
    },
  };
}

/** The folder is watched, because editors put a new file in the place of the old one. Without it the poll remains. */
function watchFolder(file: string, { log, onChange }: { log: Log; onChange: () => void }): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
      if (name === null || name === basename(file)) onChange();
    });
    return watcher.on('error', (error) => log.warn({ file, err: error }, 'models file cannot be watched'));
  } catch (error) {
    log.warn({ file, err: error }, 'models file cannot be watched');
    return undefined;
  }
}

type Read = { readonly models: readonly ModelEntry[] } | { readonly problems: readonly string[] };

function readModels({ env, file }: Pick<ModelsFileDeps, 'env'> & { file: string }, text: string | undefined): Read {
  if (text === undefined) return { problems: ['it cannot be read'] };
  try {
    return { models: parseModels({ env }, { file, text }) };
  } catch (error) {
    const list = error instanceof AppError ? error.details?.['list'] : undefined;
    return { problems: Array.isArray(list) ? (list as string[]) : [messageOf(error)] };
  }
}

async function textOf(file: string): Promise<string | undefined> {
  return readModelsText(file).catch(() => undefined);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
