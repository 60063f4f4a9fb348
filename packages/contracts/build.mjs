// Builds the bindings twice, because the type trees of ethers for CommonJS and ESM do not mix: src/ and the generated
// typechain-types/ of the repository are laid into one folder per format, compiled there, and moved to dist/ at the end.
// The Solidity interfaces are copied beside, for contracts of others that import them.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';

const here = import.meta.dirname;
const dist = join(here, 'dist');
const stages = join(dist, 'stage');
const bindings = join(here, '../../typechain-types');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const recorded = readFileSync(join(here, 'deployments.json'), 'utf8').trim();
/** `--esm` leaves CommonJS out: programs of this repository do not need it. */
const formats = process.argv.includes('--esm') ? { esm: 'module' } : { esm: 'module', cjs: 'commonjs' };

/** Lays out the sources of one format; `type` in package.json is what makes tsc and Node choose it. */
function layOut(folder, type) {
  const stage = join(stages, folder);
  const out = join(stage, 'out');
  mkdirSync(out, { recursive: true });
  cpSync(bindings, stage, { recursive: true, filter: (path) => path !== join(bindings, 'index.ts') });
  cpSync(join(here, 'src'), stage, { recursive: true, filter: (path) => !/\.(test|d)\.ts$/.test(path) });
  for (const place of [stage, out]) writeFileSync(join(place, 'package.json'), `${JSON.stringify({ type })}\n`);
  writeFileSync(
    join(stage, 'recorded.ts'),
    `import type { Deployment } from './deployments.js';\n` +
      `export const recorded: Readonly<Record<string, Deployment>> = ${recorded};\n`,
  );
  const compilerOptions = { rootDir: '.', outDir: 'out' };
  const tsconfig = { extends: join(here, 'tsconfig.build.json'), compilerOptions, files: ['index.ts'] };
  writeFileSync(join(stage, 'tsconfig.json'), JSON.stringify(tsconfig));
}

rmSync(stages, { recursive: true, force: true });
// All formats are laid out before the first is compiled, so that they hold the same bindings.
for (const [folder, type] of Object.entries(formats)) layOut(folder, type);
// Types are checked by `npm run types`; here they are only written.
const compile = (folder) => promisify(execFile)(process.execPath, [tsc, '-p', join(stages, folder), '--noCheck']);
await Promise.all(Object.keys(formats).map(compile));
for (const folder of Object.keys(formats)) {
  rmSync(join(dist, folder), { recursive: true, force: true });
  renameSync(join(stages, folder, 'out'), join(dist, folder));
}
rmSync(stages, { recursive: true });

for (const folder of ['interfaces', 'types']) {
  rmSync(join(here, folder), { recursive: true, force: true });
  cpSync(join(here, '../../contracts', folder), join(here, folder), { recursive: true });
}
