import { spawn } from 'node:child_process';

/**
 * Runs npm scripts side by side, `tsx scripts/side-by-side.ts <lane>…`; a lane is one script, or several one after the other,
 * `first+second`. Each script is told in one piece when it ends; a lane stops at the first that fails.
 */
const LANES = process.argv.slice(2).map((lane) => lane.split('+'));

const MS_PER_SECOND = 1_000;

function run(script: string): Promise<boolean> {
  const startedAt = performance.now();
  const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = ((performance.now() - startedAt) / MS_PER_SECOND).toFixed(0);
      process.stdout.write(Buffer.concat(output));
      console.log(`${code === 0 ? 'ok' : 'FAILED'} ${script} ${seconds} s`);
      resolve(code === 0);
    });
  });
}

async function runLane(scripts: readonly string[]): Promise<boolean> {
  for (const script of scripts) if (!(await run(script))) return false;
  return true;
}

void Promise.all(LANES.map(runLane)).then((results) => {
  if (results.includes(false)) process.exitCode = 1;
});
