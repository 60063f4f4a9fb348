import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from './local-chain.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server of its own for this run; empty when PostgreSQL is not installed. */
    postgresUrl: string;
  }
}

const INSTALLED = '/usr/lib/postgresql';

/** Starts Debian's PostgreSQL for the whole run, if it is there. */
export default async function setup(project: TestProject): Promise<() => void> {
  const server = process.env['YELLOWSTONE_SKIP_POSTGRES'] === undefined ? await startPostgres() : undefined;
  project.provide('postgresUrl', server?.url ?? '');
  console.log(
    server === undefined
      ? `PostgreSQL: skipped (none in ${INSTALLED}, or YELLOWSTONE_SKIP_POSTGRES is set)`
      : `PostgreSQL: ${server.version}`,
  );
  return () => server?.stop();
}

async function startPostgres() {
  const version = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort().at(-1) : undefined;
  if (version === undefined || !existsSync(join(INSTALLED, version, 'bin/initdb'))) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'yellowstone-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const run = (program: string, ...args: string[]): void => {
    const command = [join(INSTALLED, version, 'bin', program), ...args];
    // PostgreSQL refuses to run as root.
    const whole = userInfo().uid === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    execFileSync(whole[0]!, whole.slice(1), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  if (userInfo().uid === 0) {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString()));
    chownSync(folder, uid!, gid!);
  }
  run('initdb', '-D', data, '-U', 'app', '--auth=trust', '-E', 'UTF8', '--no-sync');
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c fsync=off -k ${folder}`;
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  return {
    version,
    url: `postgres://app@127.0.0.1:${port}/postgres`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
