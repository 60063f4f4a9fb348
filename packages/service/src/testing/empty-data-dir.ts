import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A file with the data directory of an empty PGlite. */
    emptyDataDir: string;
  }
}

const PACKAGE = join(import.meta.dirname, '../..');
const CACHE = join(PACKAGE, '../../node_modules/.cache/yellowstone');

/**
 * Lets the tests begin with a copy instead of PGlite's `initdb`, which takes two thirds of the time of opening. One copy
 * for each version of PGlite is kept, so that a run without databases does not wait for it either.
 */
export default async function setup(project: TestProject): Promise<void> {
  const { dependencies } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as {
    dependencies: { '@electric-sql/pglite': string };
  };
  const file = join(CACHE, `pglite-${dependencies['@electric-sql/pglite']}.tar`);
  if (!existsSync(file)) await makeEmpty(file);
  project.provide('emptyDataDir', file);
}

/** Whole or not at all: another run may be making the same file. */
async function makeEmpty(file: string): Promise<void> {
  const database = await PGlite.create();
  const dump = await database.dumpDataDir('none');
  await database.close();
  mkdirSync(CACHE, { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, Buffer.from(await dump.arrayBuffer()));
  renameSync(unfinished, file);
}
