import { type Address, parseAddress } from '@yellowstone/protocol';
import { computeAddress } from 'ethers';
import type { KeyConfig } from '../config.js';
import { bad, failureText, type Finding, hintOf, ok, unseen, warn } from './finding.js';
import type { DoctorWorld } from './world.js';

/** What is known of the key, and whose it is. */
export interface KeyLook {
  readonly finding: Finding;
  readonly account: Address | undefined;
}

const CHECK = 'key';

/** Opens the key as the node would, but asks nobody for a password. */
export async function checkKey(
  world: Pick<DoctorWorld, 'unlock' | 'accountIn'>,
  { privateKey, keystoreFile, passwordFile }: Partial<KeyConfig>,
): Promise<KeyLook> {
  if (privateKey !== undefined) {
    const account = parseAddress(computeAddress(privateKey.reveal()));
    const found = `${account}, in clear in YELLOWSTONE_PRIVATE_KEY`;
    const next = 'Whoever sees the environment has the money: `yellowstone init` makes an encrypted keystore.';
    return { account, finding: warn(CHECK, found, next) };
  }
  if (keystoreFile === undefined) return { account: undefined, finding: unseen(CHECK, 'none is set') };
  try {
    if (passwordFile !== undefined) {
      const account = await world.unlock({ keystore: keystoreFile, passwordFile });
      return { account, finding: ok(CHECK, `${account}, opened from ${keystoreFile}`) };
    }
    const account = await world.accountIn(keystoreFile);
    const found = `${account} in ${keystoreFile}, not opened: its password is asked for at the terminal`;
    const next = 'For a node that starts without a terminal set YELLOWSTONE_PASSWORD_FILE.';
    return { account, finding: warn(CHECK, found, next) };
  } catch (error) {
    return {
      account: undefined,
      finding: bad(CHECK, failureText(error), hintOf(error, 'Check YELLOWSTONE_KEYSTORE.')),
    };
  }
}
