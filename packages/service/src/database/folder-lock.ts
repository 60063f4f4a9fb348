import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { serviceError } from '../errors.js';

export interface FolderLock {
  release(): void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, in the words of the kernel; tells it from a later process with the same id. */
  readonly startedAt: string;
}

const HEARTBEAT_MS = 5_000;
/** A holder on another host (another container, say) that has been silent for so long is dead. */
const SILENT_MS = 4 * HEARTBEAT_MS;
const WRITING_MS = 2_000;
const ATTEMPTS = 3;

/**
 * Keeps a second process out of a folder that only one may use. The lock of a process that died is taken over.
 * @throws AppError database_in_use
 */
export function lockFolder(folder: string): FolderLock {
  const path = `${folder}.lock`;
  mkdirSync(dirname(path), { recursive: true });
  const own: Holder = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) ?? '' };
  for (let attempt = 1; !create(path, own); attempt += 1) {
    const holder = read(path);
    if (attempt >= ATTEMPTS || isAlive(holder, path)) {
      throw serviceError('database_in_use', { folder, pid: holder?.pid, host: holder?.host });
    }
    rmSync(path, { force: true });
  }
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release() {
      clearInterval(heartbeat);
      rmSync(path, { force: true });
    },
  };
}

function create(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** undefined if the file is gone, or its writer died while writing. */
function read(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder | undefined, path: string): boolean {
  // Perhaps it is being written at this moment.
  if (holder === undefined) return isFresh(path, WRITING_MS);
  const { pid, host, startedAt } = holder;
  if (host !== hostname()) return isFresh(path, SILENT_MS);
  const start = startOf(pid);
  if (start !== undefined) return start === startedAt;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isFresh(path: string, forMs: number): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs < forMs;
  } catch {
    return false;
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The folder is gone; the database will say so itself.
  }
}

/** undefined where there is no /proc, and for a process that does not exist. */
function startOf(pid: number): string | undefined {
  try {
    // After the name, which is in brackets and may hold anything, the start time is the 20th field.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}
