import type { Command } from 'commander';
import { nodeError } from '../errors.js';
import type { Clock } from '../clock.js';
import { unlessAborted } from '../consumer/sessions/unless-aborted.js';
import { type Env, withEnvFile } from './env-file.js';
import { createQuestions, type Keyboard, type Questions, type Screen } from './questions.js';
import { createTerminal, type Terminal, type TextStream } from './terminal.js';

/** What the program has of the world. */
export interface CliDeps {
  readonly env: Env;
  readonly stdin: Keyboard;
  readonly stdout: TextStream;
  readonly stderr: Screen;
  readonly clock: Clock;
  /** Aborted by Ctrl-C from the call on. */
  readonly watchInterrupt: () => AbortSignal;
}

/** What a command gets. */
export interface CommandContext {
  /** The process's over those of the `.env` file. */
  readonly env: Env;
  readonly terminal: Terminal;
  readonly questions: Questions;
  readonly clock: Clock;
  /** Aborted by Ctrl-C, and when the command takes too long. */
  readonly signal: AbortSignal;
  /** Tells that something is waited for, until it is there or the command is stopped. */
  wait<Value>(what: string, act: () => Promise<Value>): Promise<Value>;
}

/** How long a command may take: `--timeout`, as long as it likes, or until a signal that it handles itself. */
export type Patience = 'bounded' | 'unbounded' | 'serving';

/** Runs what a command does. */
export type Run = (
  command: Command,
  act: (context: CommandContext) => Promise<void>,
  patience?: Patience,
) => Promise<void>;

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: true;
  readonly envFile?: string;
  /** [s] */
  readonly timeout: bigint;
}

const MS_PER_SECOND = 1_000;
/** A stopped command has so long to say what it was waiting for. */
const GRACE_MS = 1_000;

export function createRun(deps: CliDeps): Run {
  const { stdin, stdout, stderr, clock, watchInterrupt } = deps;
  return async (command, act, patience = 'bounded') => {
    const { json = false, envFile, timeout } = command.optsWithGlobals<GlobalOptions>();
    const terminal = createTerminal({ stdout, stderr, monotonic: clock.monotonic }, { isJson: json });
    const env = await withEnvFile(deps.env, envFile);
    const signal = signalOf(patience, timeout);
    const questions = createQuestions({ keyboard: stdin, output: stderr, signal });
    const wait: CommandContext['wait'] = async (what, act) => {
      signal.throwIfAborted();
      return terminal.wait(what, () => unlessAborted(act(), signal));
    };
    try {
      await unlessAbandoned(act({ env, terminal, questions, clock, signal, wait }), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      if (isTimeout(signal.reason)) throw nodeError('command_timeout', { seconds: timeout }, { cause: error });
      throw nodeError('command_interrupted', {}, { cause: error });
    }
  };

  function signalOf(patience: Patience, timeout: bigint): AbortSignal {
    // A node stops by itself, in order.
    if (patience === 'serving') return new AbortController().signal;
    const interrupt = watchInterrupt();
    if (patience === 'unbounded') return interrupt;
    return AbortSignal.any([interrupt, AbortSignal.timeout(Number(timeout) * MS_PER_SECOND)]);
  }
}

/** Whatever a stopped command still does is not waited for. */
async function unlessAbandoned(acting: Promise<void>, signal: AbortSignal): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const abandoned = new Promise<never>((_, reject) => {
    const onAbort = (): void => void (timer = setTimeout(() => reject(signal.reason as Error), GRACE_MS));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  await Promise.race([acting, abandoned]).finally(() => clearTimeout(timer));
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}
