import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs every `sh` block of docs/guide as written, in order. After `sh` comes the name of the terminal; `stays` marks a
 * command that runs on (it is ready when it prints `"ready":true`), `stopped` one before which Ctrl-C ends what runs
 * there, `once` one that a checkout needs once, which is skipped. Uses the ports that the guide names.
 */

const GUIDE = join('docs', 'guide');
const BLOCK = /^```sh(.*)\n([\s\S]*?)^```$/gm;
const BLOCK_MS = 90_000;
const STOP_MS = 15_000;
const READY = '"ready":true';

interface Block {
  readonly page: string;
  readonly terminal: string;
  readonly stays: boolean;
  readonly stopped: boolean;
  readonly once: boolean;
  readonly commands: string;
}

interface Terminal {
  run(block: Block): Promise<void>;
  stop(): Promise<void>;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(GUIDE, page), 'utf8');
  return [...text.matchAll(BLOCK)].map(([, words = '', commands = '']) => {
    const [terminal = 'main', ...marks] = words.trim().split(/\s+/);
    const is = (mark: string): boolean => marks.includes(mark);
    return { page, terminal, stays: is('stays'), stopped: is('stopped'), once: is('once'), commands };
  });
}

/** A shell of its own that keeps its variables from block to block and ends at the first failure. */
function openTerminal(): Terminal {
  const shell = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let heard = (): void => undefined;
  const listen = (chunk: Buffer): void => {
    output += chunk.toString();
    heard();
  };
  shell.stdout.on('data', listen);
  shell.stderr.on('data', listen);
  return {
    async run({ page, commands, stays, stopped }) {
      if (stopped) interruptIn(shell);
      output = '';
      const done = `done-${Math.random().toString(36).slice(2)}`;
      shell.stdin.write(stays ? commands : `${commands}\necho ${done}\n`);
      await new Promise<void>((resolve, reject) => {
        const fail = (why: string): void => reject(new Error(`${page}: ${why}\n${commands}\n${output}`));
        const timer = setTimeout(() => fail(`not within ${BLOCK_MS} ms`), BLOCK_MS);
        const ended = (code: number | null): void => fail(`ended with ${code}`);
        heard = () => {
          if (!output.includes(stays ? READY : done)) return;
          clearTimeout(timer);
          shell.off('exit', ended);
          resolve();
        };
        shell.once('exit', ended);
      });
      console.log(output.replace(`${done}\n`, '').trimEnd().replaceAll(/^/gm, '    '));
    },
    stop: () => endGroup(shell),
  };
}

/** Ctrl-C for what runs in a shell, which then goes on. */
function interruptIn({ pid }: ChildProcess): void {
  const children = execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  for (const child of children.trim().split('\n')) process.kill(Number(child), 'SIGINT');
}

/** Ends the shell and what runs in it: they are a process group of their own. */
async function endGroup(shell: ChildProcess): Promise<void> {
  if (shell.pid === undefined || shell.exitCode !== null) return;
  const { pid } = shell;
  const exited = once(shell, 'exit');
  process.kill(-pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}

async function main(): Promise<void> {
  const terminals = new Map<string, Terminal>();
  try {
    for (const page of readdirSync(GUIDE).sort()) {
      for (const block of blocksOf(page)) {
        console.log(
          `${block.once ? 'skipped ' : ''}${page} [${block.terminal}]\n${block.commands.trimEnd().replaceAll(/^/gm, '  $ ')}`,
        );
        if (block.once) continue;
        const terminal = terminals.get(block.terminal) ?? openTerminal();
        terminals.set(block.terminal, terminal);
        await terminal.run(block);
      }
    }
    console.log('Every command of the guide works as written.');
  } finally {
    for (const terminal of [...terminals.values()].reverse()) await terminal.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
