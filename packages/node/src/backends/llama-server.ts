import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@yellowstone/service';
import type { Dispatcher } from 'undici';
import { DEFAULT_TIMEOUTS, exchange } from '../carriage/exchange.js';
import type { Clock } from '../clock.js';
import { nodeError } from '../errors.js';
import type { Driver } from './driver.js';
import { freePort } from './free-port.js';
import { type GuardedProcess, startGuarded } from './guarded-process.js';
import { keepRunning, type RunningServer } from './keep-running.js';
import type { LlamaServerEntry, ModelEntry } from './model-entry.js';

interface LlamaServerDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly dispatcher: Dispatcher;
  /** A key of 128 bits or more, new each time, that keeps others on this machine out. */
  readonly randomKey: () => string;
}

interface Served {
  readonly model: Pick<ModelEntry, 'name' | 'slots'>;
  readonly entry: LlamaServerEntry;
}

const HEALTH_EVERY_MS = 100;
const HEALTH_TIMEOUT_MS = 2_000;
const MAX_LINE_CHARS = 500;
const MS_PER_SECOND = 1_000;

/**
 * Starts a llama-server and starts it again when it dies. Loading can take minutes, so this returns before it serves.
 * @throws llama_server_missing, model_file_missing
 */
export async function startLlamaServer(deps: LlamaServerDeps, served: Served): Promise<Driver> {
  await requireLlamaServer(served.model.name, served.entry);
  const start = (signal: AbortSignal): Promise<RunningServer> => startOnce(deps, served, signal);
  const { log, clock } = deps;
  const { now, stop } = keepRunning({ log, clock, start }, { name: served.model.name });
  const below = (path: string): string | undefined => {
    const server = now();
    return server === undefined ? undefined : `${server.url}${path}`;
  };
  return { url: () => below('/v1'), headers: () => now()?.headers ?? {}, probeUrl: () => below('/health'), stop };
}

/** Starts it on a port of its own and waits until its model is loaded. */
async function startOnce(deps: LlamaServerDeps, { model, entry }: Served, signal: AbortSignal): Promise<RunningServer> {
  const { log, randomKey } = deps;
  const port = await freePort();
  const apiKey = randomKey();
  const program = startGuarded({
    path: entry.binary,
    args: [
      ...['--model', entry.modelPath, '--alias', model.name, '--parallel', String(model.slots)],
      ...['--host', '127.0.0.1', '--port', String(port), ...entry.args],
    ],
    env: { ...entry.env, LLAMA_API_KEY: apiKey },
  });
  const url = `http://127.0.0.1:${port}`;
  const startLog = readStart(program, (line) => log.debug({ model: model.name, line }, 'llama-server says'));
  try {
    await untilServes({ ...deps, program, url, lastLine: startLog.lastLine }, { model, entry }, signal);
  } catch (error) {
    await program.stop();
    throw error;
  }
  startLog.end();
  log.info({ model: model.name, pid: program.pid, port }, 'llama-server serves');
  void program.exited.then(({ code, expected }) => {
    if (expected) log.info({ model: model.name, pid: program.pid }, 'llama-server stopped');
    else log.error({ model: model.name, pid: program.pid, code }, 'llama-server died');
  });
  return { url, headers: { authorization: `Bearer ${apiKey}` }, exited: program.exited, stop: program.stop };
}

interface Starting extends Pick<LlamaServerDeps, 'clock' | 'dispatcher'> {
  readonly program: GuardedProcess;
  readonly url: string;
  readonly lastLine: () => string;
}

/** @throws llama_server_failed, or the signal's reason */
async function untilServes(starting: Starting, { model, entry }: Served, signal: AbortSignal): Promise<void> {
  const { clock, program, lastLine } = starting;
  const failed = (reason: string) =>
    nodeError('llama_server_failed', { model: model.name, reason, lastLine: lastLine() });
  const endsAt = clock.monotonic() + entry.startTimeoutSeconds * MS_PER_SECOND;
  let exitCode: number | null | undefined;
  void program.exited.then(({ code }) => (exitCode = code));
  for (;;) {
    if (exitCode !== undefined) throw failed(`it ended with ${exitCode ?? 'no code'}`);
    if (await serves(starting)) return;
    if (clock.monotonic() >= endsAt) throw failed(`it did not serve within ${entry.startTimeoutSeconds} s`);
    await Promise.race([sleep(HEALTH_EVERY_MS, undefined, { signal }), program.exited]);
    signal.throwIfAborted();
  }
}

/** True once `/health` is 200; it is 503 while the model loads. */
async function serves({ dispatcher, url }: Pick<Starting, 'dispatcher' | 'url'>): Promise<boolean> {
  const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
  const ask = { dispatcher, method: 'GET', url: `${url}/health`, signal, timeouts: DEFAULT_TIMEOUTS } as const;
  try {
    const { status, body } = await exchange(ask);
    body.leave();
    return status === 200;
  } catch {
    return false;
  }
}

interface StartLog {
  readonly lastLine: () => string;
  /** From now on what it says is thrown away: a server that serves could quote prompts. */
  end(): void;
}

function readStart({ stdout, stderr }: GuardedProcess, tell: (line: string) => void): StartLog {
  let lastLine = '';
  const readers = [stdout, stderr].map((stream) => {
    stream.on('error', () => undefined);
    return createInterface({ input: stream, crlfDelay: Infinity }).on('line', (whole) => {
      const line = whole.slice(0, MAX_LINE_CHARS);
      if (line.trim() !== '') lastLine = line;
      tell(line);
    });
  });
  return {
    lastLine: () => lastLine,
    end() {
      for (const reader of readers) reader.removeAllListeners('line').close();
      // A pipe that nobody reads would stop the server.
      for (const stream of [stdout, stderr]) stream.removeAllListeners('data').resume();
    },
  };
}

/** @throws llama_server_missing, model_file_missing */
export async function requireLlamaServer(model: string, { binary, modelPath, env }: LlamaServerEntry): Promise<void> {
  const folders = binary.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(folders.map((folder) => can(join(folder, binary), constants.X_OK)));
  if (!found.includes(true)) throw nodeError('llama_server_missing', { model, binary });
  if (!(await can(modelPath, constants.R_OK))) throw nodeError('model_file_missing', { model, modelPath });
}

async function can(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
