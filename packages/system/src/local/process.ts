import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { REPOSITORY } from './repository.js';

export interface Program {
  readonly pid: number;
  /** The last lines it printed, for error messages. */
  tail(): string;
  /** Resolves with the exit code, null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /**
   * What the first line from now on says that `read` understands.
   * @throws Error with its last lines if it ends before, or within `timeoutMs` says no such thing
   */
  says<Said>(read: (line: string) => Said | undefined, timeoutMs: number): Promise<Said>;
  /** SIGTERM, and SIGKILL after a bound. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly name: string;
  readonly args: readonly string[];
  /** Added to what Node itself needs; nothing else of the environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

const TAIL_LINES = 30;
const KILL_AFTER_MS = 10_000;
const PASSED_ON = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_OPTIONS'];

const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts a Node program of the repository. It ends with its parent or with `stop`. */
export function startProgram({ name, args, env = {}, onLine }: ProgramOptions): Program {
  const inherited = Object.fromEntries(
    PASSED_ON.flatMap((key) => (process.env[key] === undefined ? [] : [[key, process.env[key]]])),
  );
  const child = spawn(process.execPath, args, {
    cwd: REPOSITORY,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid === undefined) throw new Error(`${name} could not be started: node ${args.join(' ')}`);
  const lines: string[] = [];
  const listeners = new Set<(line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > TAIL_LINES) lines.shift();
      onLine?.(line);
      listeners.forEach((listen) => listen(line));
    });
  }
  const tail = (): string => lines.join('\n');
  const says = <Said>(read: (line: string) => Said | undefined, timeoutMs: number): Promise<Said> =>
    new Promise<Said>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        child.off('close', onEnd);
        listeners.delete(listen);
      };
      const fail = (why: string): void => {
        settle();
        reject(new Error(`${name}: ${why}\n${tail()}`));
      };
      const onEnd = (): void => fail('the program ended');
      const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
      const listen = (line: string): void => {
        const said = read(line);
        if (said === undefined) return;
        settle();
        resolve(said);
      };
      child.once('close', onEnd);
      listeners.add(listen);
    });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  running.add(child);
  void exited.then(() => running.delete(child));
  return { pid: child.pid, tail, exited, says, stop: () => end(child, exited) };
}

/** Runs a program to its end; throws with its last lines if it fails. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  const program = startProgram(options);
  const code = await program.exited;
  if (code !== 0) throw new Error(`${options.name} ended with code ${code}:\n${program.tail()}`);
}

async function end(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await exited;
  clearTimeout(timer);
}
