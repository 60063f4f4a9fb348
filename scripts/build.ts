import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Compiles contracts and packages side by side: the packages need the committed bindings, not the compiler's output.
 * With `--product` the harnesses of the contract tests are left out.
 */

/** Each needs those before it. */
const PACKAGES = ['protocol', 'contracts', 'client', 'service', 'llama', 'node', 'system'] as const;

async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}`);
}

async function buildPackages(): Promise<void> {
  for (const name of PACKAGES) await run('npm', ['run', '--silent', 'build', '-w', `packages/${name}`]);
}

async function main(): Promise<void> {
  const sources = process.argv.includes('--product') ? { YELLOWSTONE_SOURCES: 'product' } : {};
  await Promise.all([run('npx', ['--no-install', 'hardhat', 'compile', '--quiet'], sources), buildPackages()]);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
