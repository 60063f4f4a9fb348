import { spawnSync } from 'node:child_process';

/** All that CI checks besides the tests, each step with its seconds; goes on after a failure and names all of them. */
const STEPS = [
  'build',
  'types',
  'lint',
  'format',
  'check:layers',
  'check:trees',
  'check:bindings',
  'check:docs',
  'check:smt',
] as const;

const MS_PER_SECOND = 1_000;

function run(step: string): boolean {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', step], { encoding: 'utf8' });
  const seconds = ((performance.now() - startedAt) / MS_PER_SECOND).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${step.padEnd(16)} ${seconds.padStart(6)} s`);
  if (status !== 0) console.log(stdout + stderr);
  return status === 0;
}

const failed = STEPS.filter((step) => !run(step));
if (failed.length > 0) {
  console.log(`failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
