import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Tarball } from './tarball';

const run = promisify(execFile);

export type Format = 'commonjs' | 'module';

/** An empty project of somebody else, with the packed packages installed. */
export interface Project {
  readonly folder: string;
  readonly format: Format;
}

const OFFLINE_FIRST = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
const MODULE_SETTINGS = { module: 'NodeNext', moduleResolution: 'NodeNext' };

/** What bundlers and older TypeScript projects use; nothing is emitted for them. */
const OTHER_SETTINGS: Readonly<Record<Format, Readonly<Record<string, string>>>> = {
  commonjs: { module: 'CommonJS', moduleResolution: 'node10' },
  module: { module: 'ESNext', moduleResolution: 'bundler' },
};

/** Makes a project with nothing but the tarballs, and tools in the versions of our lockfile. */
export async function makeProject(
  folder: string,
  { format, tarballs, program }: { format: Format; tarballs: readonly Tarball[]; program: string },
): Promise<Project> {
  await mkdir(folder, { recursive: true });
  const ours = tarballs.map(({ name, path }) => [name, `file:${path}`] as const);
  const tools = await Promise.all(
    ['ethers', 'typescript', '@types/node'].map(async (name) => [name, await lockedVersion(name)] as const),
  );
  const manifest = {
    name: `consumer-${format}`,
    private: true,
    type: format,
    dependencies: Object.fromEntries([...ours, ...tools]),
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, undefined, 2));
  await copyFile(program, join(folder, 'index.ts'));
  await runIn(folder, 'npm', ['install', ...OFFLINE_FIRST]);
  return { folder, format };
}

/** Compiles with every strict setting, libraries' declarations included. @throws with what tsc says */
export async function compile({ folder, format }: Project): Promise<void> {
  await typeCheck(folder, 'tsconfig.json', { ...MODULE_SETTINGS, outDir: 'out', rootDir: '.' });
  await typeCheck(folder, 'tsconfig.other.json', { ...OTHER_SETTINGS[format], noEmit: true });
}

/** Runs the compiled program; its one line of JSON. */
export async function call({ folder }: Project, args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return JSON.parse(await runIn(folder, process.execPath, [join('out', 'index.js'), ...args])) as Record<
    string,
    string
  >;
}

interface Compiler {
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string;
}

/** Compiles a contract against the interfaces in the project's `node_modules`. @throws with what solc says */
export async function compileContract({ folder }: Project, file: string): Promise<void> {
  const solc = createRequire(__filename)('solc') as Compiler;
  const sources = { 'Reader.sol': { content: await readFile(file, 'utf8') } };
  const settings = { outputSelection: { 'Reader.sol': { '*': ['abi'] } } };
  const needed = createRequire(join(folder, 'index.js'));
  const { readFileSync } = await import('node:fs');
  const output = JSON.parse(
    solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }), {
      import: (path) => ({ contents: readFileSync(needed.resolve(path), 'utf8') }),
    }),
  ) as { errors?: { formattedMessage: string }[] };
  if (output.errors !== undefined) throw new Error(output.errors.map((one) => one.formattedMessage).join('\n'));
}

async function typeCheck(folder: string, name: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    esModuleInterop: true,
    types: ['node'],
    ...settings,
  };
  await writeFile(join(folder, name), JSON.stringify({ compilerOptions, files: ['index.ts'] }, undefined, 2));
  await runIn(folder, process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-p', name]);
}

/** The version that our lockfile installs. */
async function lockedVersion(name: string): Promise<string> {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    packages: Record<string, { version: string }>;
  };
  const version = packages[`node_modules/${name}`]?.version;
  if (version === undefined) throw new Error(`package-lock.json has no ${name}`);
  return version;
}

async function runIn(folder: string, command: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(command, args, { cwd: folder, timeout: 300_000 })).stdout;
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new Error(`${[command, ...args].join(' ')} failed:\n${stdout}${stderr}`.trim(), { cause });
  }
}
