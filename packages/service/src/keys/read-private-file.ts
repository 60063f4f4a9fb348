import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from '../app-error.js';
import { serviceError } from '../errors.js';

const MAX_BYTES = 65_536;
const OTHERS = 0o077;

/**
 * Reads a small text file that nobody else may read. The rights are asked of the open file, so that it cannot be changed
 * for another one in between. Windows has no such rights, there only the owner's folder protects.
 * @throws AppError key_file_missing, key_file_exposed
 */
export async function readPrivateFile(file: string): Promise<string> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw serviceError('key_file_missing', { file, reason: 'it is no file' });
      if (status.size > MAX_BYTES) throw serviceError('key_file_missing', { file, reason: 'it is too large' });
      if (process.platform !== 'win32' && (status.mode & OTHERS) !== 0) {
        throw serviceError('key_file_exposed', { file, mode: (status.mode & 0o777).toString(8).padStart(4, '0') });
      }
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw serviceError('key_file_missing', { file, reason: code === 'ENOENT' ? 'there is none' : code }, { cause });
  }
}
