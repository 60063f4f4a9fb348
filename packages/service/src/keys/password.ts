import type { ReadStream, WriteStream } from 'node:tty';
import { serviceError } from '../errors.js';
import { secret, type Secret } from '../secret.js';
import { readPrivateFile } from './read-private-file.js';

/** The password in a file: its first line. @throws AppError key_file_missing, key_file_exposed */
export async function readPassword(file: string): Promise<Secret> {
  const [line = ''] = (await readPrivateFile(file)).split(/\r?\n/, 1);
  return secret(line);
}

/** A terminal, as far as it is needed. */
export interface Terminal {
  readonly input: Pick<ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;
  readonly output: Pick<WriteStream, 'write'>;
}

const ENTER = ['\r', '\n'];
const CONTROL_C = '\u0003';
const CONTROL_D = '\u0004';
const BACKSPACE = ['\u007f', '\b'];

/**
 * Asks a person for a password without showing it.
 * @throws AppError password_prompt_impossible without a terminal, or when the person gives up (Ctrl-C)
 */
export function promptPassword({ input, output }: Terminal, question: string): Promise<Secret> {
  if (!input.isTTY) return Promise.reject(serviceError('password_prompt_impossible'));
  output.write(`${question}: `);
  return new Promise((resolve, reject) => {
    let typed: readonly string[] = [];
    const end = (): void => {
      input.off('data', take);
      input.setRawMode(false);
      input.pause();
      output.write('\n');
    };
    const take = (chunk: Buffer | string): void => {
      for (const character of chunk.toString()) {
        if (ENTER.includes(character)) return (end(), resolve(secret(typed.join(''))));
        if (character === CONTROL_C || character === CONTROL_D) {
          return (end(), reject(serviceError('password_prompt_impossible')));
        }
        typed = BACKSPACE.includes(character) ? typed.slice(0, -1) : [...typed, character];
      }
    };
    input.setRawMode(true);
    input.on('data', take);
    input.resume();
  });
}
