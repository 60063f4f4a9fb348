import { PassThrough } from 'node:stream';
import type { CliDeps } from '../cli/command.js';
import { runCli } from '../cli/run-cli.js';
import { systemClock } from '../clock.js';

/** What a command line left behind. */
export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FakeWorld {
  readonly env?: Record<string, string>;
  /** What is piped in. */
  readonly stdin?: string;
  /** What a person at a terminal types, one after each question; without it there is no terminal. */
  readonly answers?: readonly string[];
  readonly interrupt?: AbortSignal;
}

/** Runs a command line in this process, with nothing of the real environment. */
export async function runInWorld(
  args: readonly string[],
  { env = {}, stdin = '', answers, interrupt = new AbortController().signal }: FakeWorld = {},
): Promise<CliRun> {
  const [out, err, keyboard] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (answers === undefined) keyboard.end(stdin);
  const written = { stdout: '', stderr: '' };
  out.on('data', (chunk: Buffer) => (written.stdout += chunk.toString()));
  err.on('data', (chunk: Buffer) => (written.stderr += chunk.toString()));
  const left = [...(answers ?? [])];
  err.on('data', (chunk: Buffer) => {
    if (!/^(.*: |> )$/.test(chunk.toString())) return;
    const answer = left.shift();
    // Whoever asked listens from the next turn on.
    if (answer !== undefined) setImmediate(() => keyboard.write(answer));
  });
  const deps: CliDeps = {
    env,
    stdin: Object.assign(keyboard, {
      isTTY: answers !== undefined,
      setRawMode: () => keyboard,
    }) as unknown as CliDeps['stdin'],
    stdout: out,
    stderr: err,
    clock: systemClock,
    watchInterrupt: () => interrupt,
  };
  // No file of the folder the tests run in.
  const code = await runCli(deps, ['--env-file', '/dev/null', ...args]);
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...written };
}
