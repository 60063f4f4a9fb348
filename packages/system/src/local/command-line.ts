import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { REPOSITORY } from './repository.js';

/** The program `yellowstone` as it is built. */
export const NODE_PROGRAM = join(REPOSITORY, 'packages', 'node', 'dist', 'main.js');

/** What one call of the program left behind. */
export interface Called {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  /** Its settings. */
  readonly envFile?: string;
  /** Added to `PATH` and `HOME`; nothing else of the environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped in. */
  readonly stdin?: string;
  /** Sends SIGINT as soon as this stands on stderr. */
  readonly interruptAt?: string;
}

const CALL_MS = 120_000;

/** Calls the program once, as a shell would. */
export async function callYellowstone(args: readonly string[], options: CallOptions = {}): Promise<Called> {
  const { envFile, env = {}, stdin = '', interruptAt } = options;
  const { PATH = '', HOME = '' } = process.env;
  const settings = envFile === undefined ? [] : ['--env-file', envFile];
  const child = spawn(process.execPath, [NODE_PROGRAM, ...settings, ...args], {
    env: { PATH, HOME, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: CALL_MS,
  });
  child.stdin.end(stdin);
  if (interruptAt !== undefined) {
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes(interruptAt)) child.kill('SIGINT');
    });
  }
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: code as number | null, stdout, stderr };
}
