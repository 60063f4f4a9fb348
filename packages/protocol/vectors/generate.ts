import { mkdir, writeFile } from 'node:fs/promises';
import { VECTOR_FOLDER, vectorFiles } from './vector-files.js';

/** Writes test/vectors/*.json from the reference model. */
async function main(): Promise<void> {
  await mkdir(VECTOR_FOLDER, { recursive: true });
  for (const [name, text] of await vectorFiles()) {
    await writeFile(new URL(name, VECTOR_FOLDER), text);
    console.log(`wrote test/vectors/${name} (${text.length} characters)`);
  }
}

await main();
