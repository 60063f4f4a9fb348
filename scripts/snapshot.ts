import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import hre from 'hardhat';
import { SNAPSHOT_FOLDER, snapshotFiles } from './snapshots/files';

/** Writes the snapshots of size, bytecode, selectors, storage and ABI; with `--check` or CHECK=1 it only compares. */
async function main(): Promise<void> {
  const isCheck = process.argv.includes('--check') || process.env['CHECK'] === '1';
  for (const [name, text] of await snapshotFiles(hre)) {
    const path = join(hre.config.paths.root, SNAPSHOT_FOLDER, name);
    const isFresh = existsSync(path) && readFileSync(path, 'utf8') === text;
    if (isFresh) continue;
    console.log(`${SNAPSHOT_FOLDER}/${name} ${isCheck ? 'is not what the sources give: npm run snapshot' : 'written'}`);
    if (isCheck) {
      process.exitCode = 1;
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
