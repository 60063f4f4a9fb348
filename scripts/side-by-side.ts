import { spawn } from 'node:child_process';

/** Runs npm scripts side by side, `tsx scripts/side-by-side.ts <script>…`; each is told in one piece when it ends. */
const SUITES = process.argv.slice(2);

const MS_PER_SECOND = 1_000;

function run(suite: string): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', suite], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = ((performance.now() - startedAt) / MS_PER_SECOND).toFixed(0);
      process.stdout.write(Buffer.concat(output));
      console.log(`${code === 0 ? 'ok' : 'FAILED'} ${suite} ${seconds} s`);
      resolve(code === 0);
    });
  });
}

void Promise.all(SUITES.map(run)).then((results) => {
  if (results.includes(false)) process.exitCode = 1;
});
