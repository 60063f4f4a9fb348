#!/usr/bin/env node
import { ConfigError, describeError } from '@yellowstone/service';
import { createCli } from './cli.js';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  await createCli({ env: process.env, print }).parseAsync(process.argv);
} catch (error) {
  const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? ` ${error.hint}` : '';
  const text = error instanceof ConfigError ? error.message : `${describeError(error).message}${hint}`;
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
