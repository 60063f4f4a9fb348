#!/usr/bin/env node
import { runCli } from './cli/run-cli.js';
import { systemClock } from './clock.js';

/** Aborted by the first Ctrl-C; the second one ends the process at once. */
function watchInterrupt(): AbortSignal {
  const interrupt = new AbortController();
  process.on('SIGINT', () => {
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  });
  return interrupt.signal;
}

const { env, stdin, stdout, stderr } = process;
const isServing = (code: number): boolean => code === 0 && process.listenerCount('SIGTERM') > 0;
const code = await runCli({ env, stdin, stdout, stderr, clock: systemClock, watchInterrupt }, process.argv.slice(2));
// A node goes on until its signal. After anything else a forgotten timer must not keep the shell waiting.
if (!isServing(code)) {
  process.exitCode = code;
  await Promise.all([stdout, stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  process.exit(code);
}
