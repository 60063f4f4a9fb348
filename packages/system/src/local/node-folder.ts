import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_SCOPES, makeApiKey } from '@yellowstone/node';

/** What a node keeps between its lives. */
export interface NodeFolder {
  readonly path: string;
  /** The database of the node. */
  readonly dataDir: string;
  /** Opens everything the node serves. */
  readonly apiKey: string;
  remove(): Promise<void>;
}

let first: Promise<NodeFolder> | undefined;

/**
 * Makes a folder with a database and one API key. Making a database takes seconds, so that the first one of a process is
 * copied for the others, with its key.
 */
export async function makeNodeFolder(): Promise<NodeFolder> {
  first ??= makeFirst();
  const { dataDir: template, apiKey } = await first;
  const { path, dataDir, remove } = await emptyFolder();
  await cp(template, dataDir, { recursive: true });
  return { path, dataDir, apiKey, remove };
}

async function makeFirst(): Promise<NodeFolder> {
  const { path, dataDir, remove } = await emptyFolder();
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  const token = await makeApiKey({ dataDir, databaseUrl: undefined }, { name: 'local', scopes: API_SCOPES });
  return { path, dataDir, apiKey: token.reveal(), remove };
}

async function emptyFolder(): Promise<Omit<NodeFolder, 'apiKey'>> {
  const path = await mkdtemp(join(tmpdir(), 'yellowstone-node-'));
  return { path, dataDir: join(path, 'data'), remove: () => rm(path, { recursive: true, force: true }) };
}
