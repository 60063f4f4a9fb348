import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** A program that runs as long as we want it to, and never longer than our own process. */
export interface GuardedProcess {
  readonly pid: number | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when it is gone, never rejects. */
  readonly exited: Promise<ProcessExit>;
  /** SIGTERM, SIGKILL after the grace; resolves when it is gone. May be called again. */
  stop(): Promise<void>;
}

export interface ProcessExit {
  /** 128 and more: it was ended by the signal of that number less 128. */
  readonly code: number | null;
  /** True after `stop`. */
  readonly expected: boolean;
}

interface Program {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

interface GuardOptions {
  /** From SIGTERM to SIGKILL [s]. */
  readonly graceSeconds?: number;
}

/**
 * The shell's standard input is a pipe of ours that nobody writes to: it ends when we close it and when our process ends,
 * however that happens. Then, or when the program ends by itself, nothing of the two is left.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
program=$!
{
  read -r _ <&3
  trap 'kill -KILL $!; exit' TERM
  kill -TERM $program
  sleep "$0" &
  wait $!
  kill -KILL $program
} >/dev/null 2>&1 &
guard=$!
exec 3<&- 0</dev/null 2>/dev/null
wait $program
code=$?
kill $guard
wait $guard
exit $code
`;
const MS_PER_SECOND = 1_000;

/** Starts a program in a process group of its own, so that Ctrl-C reaches us alone and we decide when it ends. */
export function startGuarded({ path, args, env }: Program, { graceSeconds = 5 }: GuardOptions = {}): GuardedProcess {
  const shell = spawn('/bin/sh', ['-c', GUARD, String(graceSeconds), path, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  // Closing a pipe whose other end is gone is no news.
  shell.stdin.on('error', () => undefined);
  let isStopping = false;
  const exited = exitOf(shell, () => isStopping);
  const stop = async (): Promise<void> => {
    isStopping = true;
    shell.stdin.destroy();
    const timer = setTimeout(() => killGroup(shell), (graceSeconds + 1) * MS_PER_SECOND);
    await exited;
    clearTimeout(timer);
  };
  return { pid: shell.pid, stdout: shell.stdout, stderr: shell.stderr, exited, stop };
}

function exitOf(shell: ChildProcess, isExpected: () => boolean): Promise<ProcessExit> {
  return new Promise((resolve) => {
    shell.once('exit', (code) => resolve({ code, expected: isExpected() }));
    shell.once('error', () => {
      if (shell.pid === undefined) resolve({ code: null, expected: false });
    });
  });
}

/** The last resort, for a shell that hangs: it, its guard and the program are one group. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone already.
  }
}
