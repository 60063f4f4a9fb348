import { AppError, isUnfinished } from '@yellowstone/service';
import type { StoreConfig } from '../config.js';
import { bad, failureText, type Finding, hintOf, ok, unseen, warn } from './finding.js';
import type { DoctorWorld, StoreSight } from './world.js';

type DataWorld = Pick<DoctorWorld, 'now' | 'pathFacts' | 'freeBytes' | 'store'>;

interface Data extends Partial<Pick<StoreConfig, 'dataDir' | 'databaseUrl'>> {
  readonly role: 'provider' | 'consumer';
}

const MEBIBYTE = 1_048_576n;
const DISK_BAD_BYTES = 100n * MEBIBYTE;
const DISK_WARN_BYTES = 1_024n * MEBIBYTE;

/** Folder, disk, database, and who may use the node. */
export async function checkData(world: DataWorld, { role, dataDir, databaseUrl }: Data): Promise<readonly Finding[]> {
  if (dataDir === undefined) return [unseen('database', 'YELLOWSTONE_DATA_DIR is not set')];
  const place = databaseUrl === undefined ? [await checkFolder(world, dataDir), await checkDisk(world, dataDir)] : [];
  try {
    const store = await world.store({ dataDir, databaseUrl });
    if (store === undefined) {
      const next = `Run \`yellowstone keys create <name> --role ${role}\`.`;
      const none = warn('database', `there is none in ${dataDir} yet`, 'The first start of the node makes it.');
      return [...place, none, noKeys(role, 'none, as there is no database', next)];
    }
    return [...place, checkSchema(store), checkApiKeys(store, role, world.now())];
  } catch (error) {
    if (error instanceof AppError && error.code === 'database_in_use') {
      const running = ok('database', `process ${String(error.details?.['pid'])} has it: a node runs on it`);
      return [...place, running, ok('API keys', 'not looked at while the node runs')];
    }
    const next = hintOf(error, 'Check YELLOWSTONE_DATA_DIR or YELLOWSTONE_DATABASE_URL.');
    return [...place, bad('database', failureText(error), next), unseen('API keys', 'the database cannot be opened')];
  }
}

async function checkFolder(world: DataWorld, dataDir: string): Promise<Finding> {
  const facts = await world.pathFacts(dataDir);
  if (facts === undefined) return ok('data folder', `${dataDir} is not there yet`);
  if (!facts.isFolder) return bad('data folder', `${dataDir} is no folder`, 'Set YELLOWSTONE_DATA_DIR to a folder.');
  if (!facts.isWritable) {
    return bad('data folder', `${dataDir} cannot be written (mode ${facts.mode})`, 'Give it to the user of the node.');
  }
  if (facts.isOpenToOthers) {
    const next = `chmod 700 ${dataDir}; the node does that when it starts.`;
    return warn('data folder', `${dataDir} is open to others (mode ${facts.mode})`, next);
  }
  return ok('data folder', `${dataDir}, mode ${facts.mode}`);
}

async function checkDisk(world: DataWorld, dataDir: string): Promise<Finding> {
  const free = await world.freeBytes(dataDir);
  const found = `${free / MEBIBYTE} MiB free`;
  const next = 'Make room: a node that cannot write down what it does stops doing it.';
  if (free < DISK_BAD_BYTES) return bad('disk', found, next);
  return free < DISK_WARN_BYTES ? warn('disk', found, next) : ok('disk', found);
}

function checkSchema({ kind, applied, pending, unknown, intents }: StoreSight): Finding {
  if (unknown.length > 0) {
    const found = `a later version of this program changed it: ${unknown.join(', ')}`;
    return bad('database', found, 'Install that version, or restore a backup from before.');
  }
  if (pending.length > 0) {
    const found = `${kind}, ${pending.length} migrations to go: ${pending.join(', ')}`;
    return warn('database', found, 'The next start does them; make a backup first.');
  }
  const unfinished = intents.filter(({ state }) => isUnfinished(state)).length;
  const last = applied.at(-1)?.name ?? 'none';
  return ok('database', `${kind}, last migration ${last}, ${unfinished} chain writes on their way`);
}

function checkApiKeys({ apiKeys }: StoreSight, role: Data['role'], now: number): Finding {
  const live = apiKeys.filter(
    ({ revokedAt, expiresAt }) => revokedAt === undefined && (expiresAt === undefined || expiresAt > now),
  );
  const next = `Run \`yellowstone keys create <name> --role ${role}\`.`;
  if (live.length === 0) return noKeys(role, `none that is good, ${apiKeys.length} in all`, next);
  const count = (scope: 'infer' | 'operate'): number => live.filter(({ scopes }) => scopes.includes(scope)).length;
  return ok('API keys', `${live.length} good: ${count('infer')} for prompts, ${count('operate')} for operating`);
}

/** A consumer without keys serves nobody; a provider only lacks its operator's API. */
function noKeys(role: Data['role'], found: string, next: string): Finding {
  return role === 'consumer' ? bad('API keys', found, next) : warn('API keys', found, next);
}
