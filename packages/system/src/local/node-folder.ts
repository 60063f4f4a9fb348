import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_SCOPES, makeApiKey, type StateConfig } from '@yellowstone/node';
import { secret } from '@yellowstone/service';
import { queryPostgres } from './postgres.js';

/** What a node keeps between its lives. */
export interface NodeFolder {
  readonly path: string;
  /** Where its database is. */
  readonly store: Pick<StateConfig, 'dataDir' | 'databaseUrl'>;
  /** The same as settings of a program. */
  readonly settings: Readonly<Record<string, string>>;
  /** Opens everything the node serves. */
  readonly apiKey: string;
  remove(): Promise<void>;
}

type Made = Omit<NodeFolder, 'apiKey' | 'settings'>;
const first = new Map<string, Promise<NodeFolder>>();

/**
 * Makes a folder with a database and one API key: an embedded database, or one of its own in a PostgreSQL server, by
 * default that of `YELLOWSTONE_TEST_POSTGRES`. Making a database takes seconds, so that the first one of a process is copied
 * for the others, with its key.
 * @param server URL of the server, as an account that may make databases
 */
export async function makeNodeFolder(server = process.env['YELLOWSTONE_TEST_POSTGRES'] ?? ''): Promise<NodeFolder> {
  const making = first.get(server) ?? makeFirst(server);
  first.set(server, making);
  const { store, apiKey } = await making;
  const made = server === '' ? await emptyFolder() : await newDatabase(server, store);
  if (server === '') await cp(store.dataDir, made.store.dataDir, { recursive: true });
  return { ...made, apiKey, settings: settingsOf(made.store) };
}

async function makeFirst(server: string): Promise<NodeFolder> {
  const made = server === '' ? await emptyFolder() : await newDatabase(server);
  process.once('exit', () => rmSync(made.path, { recursive: true, force: true }));
  const token = await makeApiKey(made.store, { name: 'local', scopes: API_SCOPES });
  return { ...made, apiKey: token.reveal(), settings: settingsOf(made.store) };
}

async function emptyFolder(): Promise<Made> {
  const path = await mkdtemp(join(tmpdir(), 'yellowstone-node-'));
  const store = { dataDir: join(path, 'data'), databaseUrl: undefined };
  return { path, store, remove: () => rm(path, { recursive: true, force: true }) };
}

/** The database goes with its server. */
async function newDatabase(server: string, template?: NodeFolder['store']): Promise<Made> {
  const name = `node_${randomBytes(6).toString('hex')}`;
  const like = template?.databaseUrl === undefined ? '' : ` template ${nameIn(template.databaseUrl.reveal())}`;
  await queryPostgres(server, `create database ${name}${like}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const made = await emptyFolder();
  return { ...made, store: { ...made.store, databaseUrl: secret(url.href) } };
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1);
}

function settingsOf({ dataDir, databaseUrl }: NodeFolder['store']): Record<string, string> {
  return databaseUrl === undefined
    ? { YELLOWSTONE_DATA_DIR: dataDir }
    : { YELLOWSTONE_DATABASE_URL: databaseUrl.reveal() };
}
