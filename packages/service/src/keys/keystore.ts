import { open, rm } from 'node:fs/promises';
import { parseAddress, type Address } from '@yellowstone/protocol';
import { decryptKeystoreJson, encryptKeystoreJson, isError, isKeystoreJson, Wallet } from 'ethers';
import { serviceError } from '../errors.js';
import { secret, type Secret } from '../secret.js';
import { readPrivateFile } from './read-private-file.js';

/** A key that signs, and the account it signs for. */
export interface LoadedKey {
  readonly address: Address;
  readonly privateKey: Secret;
}

interface KeystoreOptions {
  /** The key to keep; a new random one by default. */
  readonly privateKey?: Secret;
  /** Cost of trying a password, a power of two; 131,072 (a second or two) by default. Lower only in tests. */
  readonly scryptCost?: number;
}

export const MIN_PASSWORD_LENGTH = 10;

/**
 * Writes a key into a new encrypted file that only its owner can read.
 * @throws AppError key_file_exists, key_file_missing, password_too_short, key_invalid
 */
export async function createKeystore(
  file: string,
  password: Secret,
  { privateKey, scryptCost = 131_072 }: KeystoreOptions = {},
): Promise<Address> {
  if (password.reveal().length < MIN_PASSWORD_LENGTH) {
    throw serviceError('password_too_short', { minLength: MIN_PASSWORD_LENGTH });
  }
  const account = privateKey === undefined ? randomAccount() : accountOf(privateKey.reveal());
  const scrypt = { N: scryptCost, r: 8, p: 1 };
  const text = await encryptKeystoreJson(account, password.reveal(), { scrypt });
  await writeNew(file, `${text}\n`);
  return parseAddress(account.address);
}

/** @throws AppError key_file_missing, key_file_exposed, keystore_malformed, keystore_wrong_password */
export async function openKeystore(file: string, password: Secret): Promise<LoadedKey> {
  const text = await readPrivateFile(file);
  if (!isKeystoreJson(text)) throw serviceError('keystore_malformed', { file });
  try {
    const { address, privateKey } = await decryptKeystoreJson(text, password.reveal());
    return { address: parseAddress(address), privateKey: secret(privateKey) };
  } catch (error) {
    // No cause: errors of ethers can show what they worked on.
    const isWrong = isError(error, 'INVALID_ARGUMENT') && error.argument === 'password';
    throw serviceError(isWrong ? 'keystore_wrong_password' : 'keystore_malformed', { file });
  }
}

/** @throws AppError key_invalid */
export function accountOf(privateKey: string): { readonly address: string; readonly privateKey: string } {
  try {
    const { address, privateKey: normal } = new Wallet(privateKey);
    return { address, privateKey: normal };
  } catch {
    throw serviceError('key_invalid');
  }
}

function randomAccount(): { readonly address: string; readonly privateKey: string } {
  const { address, privateKey } = Wallet.createRandom();
  return { address, privateKey };
}

/** All or nothing, and on the disk when this returns: a lost key is lost money. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const { code = 'unknown' } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw serviceError('key_file_exists', { file }, { cause });
    throw serviceError('key_file_missing', { file, reason: code }, { cause });
  }
}
