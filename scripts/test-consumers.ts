import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { devAccount } from '../packages/system/src/local/accounts.js';
import { startLocalChain } from '../packages/system/src/local/local-chain.js';
import { call, compile, compileContract, type Format, makeProject } from './consumers/project';
import { pack, problemsOf, type Tarball } from './consumers/tarball';

/**
 * Packs the published packages, installs them in an empty CommonJS and an empty ESM project outside the repository,
 * compiles there with strict settings and makes one call each against a local chain. `--no-build` takes what is built.
 */

const PACKAGES = ['packages/contracts', 'packages/protocol', 'packages/client'];
const FORMATS: readonly Format[] = ['commonjs', 'module'];
const PROGRAM = join('scripts', 'consumers', 'program.ts');
const CONTRACT = join('scripts', 'consumers', 'Reader.sol');
const MS_PER_SECOND = 1_000;
const BYTES_PER_KB = 1_000;

let hasFailed = false;

/** Runs one step and prints its row; undefined if it failed. */
async function row<Result>(
  what: string,
  step: () => Promise<Result>,
  tell: (result: Result) => string,
): Promise<Result | undefined> {
  const startedAt = performance.now();
  const seconds = (): string => ((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1).padStart(5);
  try {
    const result = await step();
    console.log(`ok      ${what.padEnd(34)} ${seconds()} s  ${tell(result)}`);
    return result;
  } catch (error) {
    hasFailed = true;
    console.log(`FAILED  ${what.padEnd(34)} ${seconds()} s\n${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function packChecked(folder: string, destination: string): Promise<Tarball> {
  const tarball = await pack(folder, destination);
  const problems = problemsOf(tarball);
  if (problems.length > 0) throw new Error(problems.map((problem) => `- ${problem}`).join('\n'));
  return tarball;
}

function build(): void {
  if (process.argv.includes('--no-build')) return;
  execFileSync('npm', ['run', '--silent', 'build', ...PACKAGES.flatMap((folder) => ['-w', folder])], {
    stdio: 'inherit',
  });
}

async function testFormat(
  format: Format,
  { folder, tarballs, args, mor }: { folder: string; tarballs: readonly Tarball[]; args: string[]; mor: string },
): Promise<void> {
  const name = format === 'module' ? 'ESM' : 'CommonJS';
  const project = await row(
    `${name}: install in an empty project`,
    () => makeProject(join(folder, format), { format, tarballs, program: PROGRAM }),
    () => '',
  );
  if (project === undefined) return;
  const others = format === 'module' ? 'NodeNext, bundler' : 'NodeNext, node10';
  await row(
    `${name}: types, strict`,
    () => compile(project),
    () => others,
  );
  await row(
    `${name}: one call each`,
    async () => {
      const said = await call(project, args);
      const expected = { format: format === 'module' ? 'esm' : 'commonjs', contracts: mor };
      for (const [key, value] of Object.entries(expected)) {
        if (said[key] !== value) throw new Error(`${key} is ${said[key]} instead of ${value}`);
      }
      return said;
    },
    ({ contracts, protocol, client }) => `MOR ${contracts}, signer ${protocol}, fee ${client}`,
  );
  await row(
    `${name}: Solidity interfaces`,
    () => compileContract(project, CONTRACT),
    () => 'solc',
  );
}

async function main(): Promise<void> {
  build();
  const folder = await mkdtemp(join(tmpdir(), 'yellowstone-consumers-'));
  try {
    const tarballs: Tarball[] = [];
    for (const source of PACKAGES) {
      const tarball = await row(
        `pack ${source}`,
        () => packChecked(source, folder),
        ({ files, packedBytes }) => `${files.length} files, ${Math.round(packedBytes / BYTES_PER_KB)} kB`,
      );
      if (tarball !== undefined) tarballs.push(tarball);
    }
    if (hasFailed) return;
    const chain = await startLocalChain();
    try {
      const args = [chain.rpcUrl, chain.diamond, devAccount(5).privateKey];
      for (const format of FORMATS) await testFormat(format, { folder, tarballs, args, mor: chain.mor });
    } finally {
      await chain.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main()
  .catch((error: unknown) => {
    hasFailed = true;
    console.error(error);
  })
  .finally(() => {
    if (hasFailed) process.exitCode = 1;
  });
