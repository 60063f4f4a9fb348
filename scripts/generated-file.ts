import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a generated file; with `--check` it only compares, and a difference is a failure. */
export function writeOrCheck(file: string, text: string, command: string): void {
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
    return;
  }
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  console.error(`${file} is not what the sources say; run ${command}`);
  process.exitCode = 1;
}
