import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { silentLog } from './log.js';
import { resolveOptions } from './options.js';
import type { LlamaOptions } from './options.js';
import { LlamaStartError } from './start-error.js';
import { FAILURE_OF_STAGE } from './worker-messages.js';
import type { MessageFromWorker, MessageToWorker, StartStage } from './worker-messages.js';

export type LlamaExit = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** True after stop(), false when the process died by itself. */
  readonly expected: boolean;
  /** The last words of the process. */
  readonly stderr: string;
};

export type RunningLlama = {
  /** For example http://127.0.0.1:40123; OpenAI clients take `${url}/v1`. */
  readonly url: string;
  readonly modelName: string;
  readonly pid: number;
  /** SIGTERM, after stopTimeoutMs SIGKILL; resolves when the process is gone. May be called again. */
  stop(): Promise<void>;
  /** Settles when the process is gone, never rejects. */
  readonly exited: Promise<LlamaExit>;
};

/** Always the built one: seen from `src/` (our tests) and from `dist/` it is the same place. */
const WORKER_PATH = fileURLToPath(new URL('../dist/worker.js', import.meta.url));
const STDERR_TAIL_CHARS = 4096;

/** Starts an OpenAI-compatible server over llama.cpp in an own process, which dies with ours. */
export async function startLlama(
  options: LlamaOptions,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RunningLlama> {
  const { startTimeoutMs, stopTimeoutMs, ...workerOptions } = resolveOptions(options);
  const log = options.log ?? silentLog;
  const { modelPath, modelName, host } = workerOptions;
  await assertReadable(modelPath);
  if (signal?.aborted) throw aborted(signal);

  const child = forkWorker();
  let stopping: Promise<void> | undefined;
  const exited = watchExit(child, () => stopping !== undefined);
  const stop = () => (stopping ??= terminate(child, { exited, stopTimeoutMs }));

  child.on('message', (message: MessageFromWorker) => {
    if (message.type === 'log') log[message.level]({ modelName, ...message.data }, message.message);
  });

  try {
    const ready = waitUntilReady(child, { exited, startTimeoutMs, signal });
    child.send({ type: 'start', options: workerOptions } satisfies MessageToWorker, () => {
      // A failed send means that the child is gone, which `exited` reports with its last words.
    });
    const port = await ready;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    // A process that was forked, answered over IPC and is ready has a pid.
    const pid = child.pid as number;
    log.info({ modelName, url, pid }, 'llama.cpp server started');
    void exited.then(({ stderr: _stderr, ...exit }) => {
      if (exit.expected) log.info({ modelName, pid, ...exit }, 'llama.cpp server stopped');
      else log.error({ modelName, pid, ...exit }, 'llama.cpp server died');
    });
    return { url, modelName, pid, stop, exited };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assertReadable(modelPath: string): Promise<void> {
  try {
    await access(modelPath, constants.R_OK);
  } catch (cause) {
    throw new LlamaStartError('LLAMA_MODEL_NOT_FOUND', { reason: modelPath, details: { modelPath }, cause });
  }
}

function forkWorker(): ChildProcess {
  return fork(WORKER_PATH, [], {
    execArgv: [],
    // Nothing is inherited: the environment of a node holds keys, and llama.cpp needs none of it.
    env: { NODE_LLAMA_CPP_SKIP_DOWNLOAD: 'true' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

function watchExit(child: ChildProcess, isExpected: () => boolean): Promise<LlamaExit> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_TAIL_CHARS);
  });
  return new Promise((resolve) => {
    // 'close' comes after the last byte of stderr; 'error' instead of it when the fork itself failed.
    child.once('close', (code, exitSignal) =>
      resolve({ code, signal: exitSignal, expected: isExpected(), stderr: stderr.trim() }),
    );
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, expected: false, stderr: error.message });
    });
  });
}

type Waiting = { exited: Promise<LlamaExit>; startTimeoutMs: number; signal: AbortSignal | undefined };

function waitUntilReady(child: ChildProcess, { exited, startTimeoutMs, signal }: Waiting): Promise<number> {
  return new Promise((resolve, reject) => {
    let stage: StartStage = 'process';
    const onAbort = () => settle(() => reject(aborted(signal)));
    const timer = setTimeout(
      () =>
        settle(() =>
          reject(
            new LlamaStartError('LLAMA_START_TIMEOUT', {
              reason: `waited ${startTimeoutMs} ms, last stage '${stage}'`,
              details: { startTimeoutMs, stage },
            }),
          ),
        ),
      startTimeoutMs,
    );
    const onMessage = (message: MessageFromWorker) => {
      if (message.type === 'stage') stage = message.stage;
      if (message.type === 'ready') settle(() => resolve(message.port));
      if (message.type === 'failed')
        settle(() => reject(new LlamaStartError(message.code, { reason: message.reason, details: { stage } })));
    };
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      child.off('message', onMessage);
      finish();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    child.on('message', onMessage);
    void exited.then((exit) =>
      settle(() =>
        reject(
          new LlamaStartError(FAILURE_OF_STAGE[stage], {
            reason: `the process ended (${exit.signal ?? `code ${exit.code}`}) in stage '${stage}'`,
            details: { ...exit, stage },
          }),
        ),
      ),
    );
  });
}

function aborted(signal: AbortSignal | undefined): LlamaStartError {
  return new LlamaStartError('LLAMA_START_ABORTED', { reason: 'the signal was aborted', cause: signal?.reason });
}

async function terminate(
  child: ChildProcess,
  { exited, stopTimeoutMs }: { exited: Promise<LlamaExit>; stopTimeoutMs: number },
): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}
