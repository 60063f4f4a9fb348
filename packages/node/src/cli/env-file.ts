import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { nodeError } from '../errors.js';

export type Env = Readonly<Record<string, string | undefined>>;

const DEFAULT_FILE = '.env';

/**
 * The environment, with the values of a `.env` file where it has none.
 * @param file as asked for; `.env` of the working directory by default, which may be missing
 * @throws AppError file_unusable
 */
export async function withEnvFile(env: Env, file: string | undefined): Promise<Env> {
  let text: string;
  try {
    text = await readFile(file ?? DEFAULT_FILE, 'utf8');
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && file === undefined) return env;
    throw nodeError('file_unusable', { file: file ?? DEFAULT_FILE, reason: code }, { cause });
  }
  const given = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...parseEnv(text), ...Object.fromEntries(given) };
}
