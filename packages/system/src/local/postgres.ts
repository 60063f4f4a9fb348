import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Sends one statement to a server by `psql`, which comes with Debian's PostgreSQL. */
export async function queryPostgres(url: string, statement: string): Promise<void> {
  await promisify(execFile)('psql', [
    '--no-psqlrc',
    '--quiet',
    '--set',
    'ON_ERROR_STOP=1',
    '--command',
    statement,
    url,
  ]);
}
