import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Compiles contracts and packages side by side: the packages need the committed bindings, not the compiler's output.
 * With `--product` only what our own programs need: no harnesses of the contract tests, no CommonJS.
 */

/** Each needs those before it. */
const PACKAGES = ['protocol', 'contracts', 'client', 'service', 'llama', 'node', 'system'] as const;
const HARDHAT = 'node_modules/hardhat/internal/cli/bootstrap.js';
const TSC = 'node_modules/typescript/bin/tsc';

async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}`);
}

async function buildPackages(): Promise<void> {
  for (const name of PACKAGES) await run('npm', ['run', '--silent', 'build', '-w', `packages/${name}`]);
}

async function buildProgramPackages(): Promise<void> {
  for (const name of PACKAGES) {
    const args = name === 'contracts' ? ['packages/contracts/build.mjs', '--esm'] : tscOf(name);
    await run(process.execPath, args);
  }
}

function tscOf(name: string): string[] {
  return [TSC, '-p', `packages/${name}/tsconfig.build.json`, '--noCheck'];
}

async function main(): Promise<void> {
  const compile = [HARDHAT, 'compile', '--quiet'];
  if (process.argv.includes('--product')) {
    await Promise.all([run(process.execPath, compile, { YELLOWSTONE_SOURCES: 'product' }), buildProgramPackages()]);
  } else {
    await Promise.all([run(process.execPath, compile), buildPackages()]);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
