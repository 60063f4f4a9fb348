// Compiles the package in the working directory a second time, as CommonJS into dist/cjs: the type trees of ethers for
// CommonJS and ESM do not mix, so one build cannot serve both. dist/ itself is the ESM build.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const dist = join(process.cwd(), 'dist');
const stage = join(dist, `stage-${process.pid}`);
const out = join(stage, 'out');
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

mkdirSync(out, { recursive: true });
try {
  cpSync(join(process.cwd(), 'src'), stage, { recursive: true });
  // `type` is what makes tsc and Node choose the format.
  for (const place of [stage, out]) writeFileSync(join(place, 'package.json'), '{"type":"commonjs"}\n');
  const extended = join(import.meta.dirname, 'tsconfig.base.json');
  const compilerOptions = { verbatimModuleSyntax: false, rootDir: '.', outDir: 'out' };
  writeFileSync(
    join(stage, 'tsconfig.json'),
    JSON.stringify({ extends: extended, compilerOptions, files: ['index.ts'] }),
  );
  // The sources were checked as ESM; `npm run test:consumers` checks the declarations that come out here.
  execFileSync(process.execPath, [tsc, '-p', stage, '--noCheck'], { stdio: 'inherit' });
  rmSync(join(dist, 'cjs'), { recursive: true, force: true });
  renameSync(out, join(dist, 'cjs'));
} finally {
  rmSync(stage, { recursive: true, force: true });
}
