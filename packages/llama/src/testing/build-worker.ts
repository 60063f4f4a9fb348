import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const BUILD_TIMEOUT_MS = 60_000;

/** The child process is plain JavaScript, so tests build it first: never a stale one. */
export default function buildWorker(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const packageFolder = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: packageFolder,
    stdio: 'inherit',
    timeout: BUILD_TIMEOUT_MS,
  });
}
