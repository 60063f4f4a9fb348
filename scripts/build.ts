import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { ModuleKind, parseJsonConfigFileContent, readConfigFile, sys, transpileModule } from 'typescript';

/**
 * Compiles contracts and packages side by side: the packages need the committed bindings, not the compiler's output.
 * With `--product` only what our own programs need: no harnesses of the contract tests, no CommonJS,
 * no declarations.
 */

/** Each needs those before it. */
const PACKAGES = ['protocol', 'contracts', 'client', 'service', 'llama', 'node', 'system'] as const;
const HARDHAT = 'node_modules/hardhat/internal/cli/bootstrap.js';

async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}`);
}

async function buildPackages(): Promise<void> {
  for (const name of PACKAGES) await run('npm', ['run', '--silent', 'build', '-w', `packages/${name}`]);
}

/** Programs need no declarations and no order: each file becomes JavaScript by itself. */
async function buildProgramPackages(): Promise<void> {
  const contracts = run(process.execPath, ['packages/contracts/build.mjs', '--esm']);
  for (const name of PACKAGES.filter((one) => one !== 'contracts')) transpile(join('packages', name));
  await contracts;
}

function transpile(folder: string): void {
  const { config } = readConfigFile(join('packages', 'tsconfig.base.json'), sys.readFile);
  const { options } = parseJsonConfigFileContent(config, sys, folder);
  const source = join(folder, 'src');
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || path.endsWith('.d.ts') || isForTests(path)) continue;
    const { outputText } = transpileModule(readFileSync(join(source, path), 'utf8'), {
      // A file by itself does not know that its package is ESM.
      compilerOptions: { ...options, module: ModuleKind.ESNext },
      fileName: join(source, path),
    });
    const target = join(folder, 'dist', path.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
}

function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.split(sep).includes('testing');
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
