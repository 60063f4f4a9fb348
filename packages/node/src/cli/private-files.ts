import { open, rename, rm, stat } from 'node:fs/promises';
import { nodeError } from '../errors.js';

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Writes a file that only its owner can read, all or nothing; one of that name is replaced. @throws file_unusable */
export async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}.new`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    throw nodeError('file_unusable', { file, reason: code }, { cause });
  }
}
