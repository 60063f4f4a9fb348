import { writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { CARRIAGE_VECTORS, carriageVectors } from './carriage-vectors.js';

/** Writes test/vectors/carriage.json. */
async function main(): Promise<void> {
  const text = JSON.stringify(await carriageVectors());
  await writeFile(CARRIAGE_VECTORS, await format(text, { parser: 'json', printWidth: 120 }));
  console.log('wrote test/vectors/carriage.json');
}

await main();
