import { parseAddress } from '@yellowstone/protocol';
import { secret, type Secret } from '../secret.js';
import { accountOf, openKeystore, type LoadedKey } from './keystore.js';
import { promptPassword, readPassword, type Terminal } from './password.js';

/** Where the wallet's key comes from. A password is never an argument: others would see it in the list of processes. */
export type KeySource =
  | { readonly privateKey: Secret }
  | { readonly keystore: string; readonly passwordFile: string }
  | { readonly keystore: string; readonly terminal: Terminal };

/**
 * @throws AppError key_invalid, key_file_missing, key_file_exposed, keystore_malformed, keystore_wrong_password,
 *   password_prompt_impossible
 */
export async function loadKey(source: KeySource): Promise<LoadedKey> {
  if ('privateKey' in source) {
    const { address, privateKey } = accountOf(source.privateKey.reveal());
    return { address: parseAddress(address), privateKey: secret(privateKey) };
  }
  const password =
    'passwordFile' in source
      ? await readPassword(source.passwordFile)
      : await promptPassword(source.terminal, `Password of ${source.keystore}`);
  return openKeystore(source.keystore, password);
}
