import { chmod, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeystore, secret, type Terminal } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadNodeConfig, offerSettings } from '../config.js';
import { readableLog } from '../testing/keys.js';
import { openNodeState } from './open-node-state.js';

const PASSWORD = 'correct horse battery';
const KEY = `0x${'11'.repeat(32)}`;
const { log, text } = readableLog();
const noTerminal = { input: { isTTY: false }, output: { write: () => true } } as unknown as Terminal;

let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-state-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function keystore(): Promise<string> {
  const file = join(folder, `keystore-${(files += 1)}.json`);
  await createKeystore(file, secret(PASSWORD), { privateKey: secret(KEY), scryptCost: 2 });
  return file;
}
async function passwordFile(password = PASSWORD): Promise<string> {
  const file = join(folder, `password-${(files += 1)}`);
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return file;
}
const envOf = (env: Record<string, string>) => ({
  YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1',
  YELLOWSTONE_DIAMOND: `0x${'22'.repeat(20)}`,
  YELLOWSTONE_DATA_DIR: join(folder, 'data'),
  ...env,
});
const start = async (env: Record<string, string>) =>
  openNodeState(loadNodeConfig(offerSettings, envOf(env)), { log, terminal: noTerminal }, { chainPatienceMs: 0 });

describe('the key of a node (scenario 42)', () => {
  it.each([
    [
      'a keystore that others can read',
      'key_file_exposed',
      /keystore-\d+\.json can be read by others \(mode 0644\)/,
      0,
    ],
    ['a password file that others can read', 'key_file_exposed', /password-\d+ can be read by others/, 1],
    ['a truncated keystore', 'keystore_malformed', /not a complete keystore/, 2],
    ['a wrong password', 'keystore_wrong_password', /password does not open the keystore/, 3],
    ['a keystore that is not there', 'key_file_missing', /there is none/, 4],
  ])('refuses to start with %s and says why', async (_, code, message, damage) => {
    const [file, password] = [await keystore(), await passwordFile(damage === 3 ? 'wrong horse battery' : PASSWORD)];
    if (damage === 0) await chmod(file, 0o644);
    if (damage === 1) await chmod(password, 0o640);
    if (damage === 2) await truncate(file, Math.floor((await stat(file)).size / 2));
    if (damage === 4) await rm(file);
    const starting = start({ YELLOWSTONE_KEYSTORE: file, YELLOWSTONE_PASSWORD_FILE: password });
    await expect(starting).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(text()).not.toContain(PASSWORD);
    // Nothing else was begun.
    await expect(stat(join(folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is unlocked before anything else', async () => {
    const env = { YELLOWSTONE_KEYSTORE: await keystore(), YELLOWSTONE_PASSWORD_FILE: await passwordFile() };
    await expect(start(env)).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    await rm(join(folder, 'data'), { recursive: true });
  });

  it('is asked for at the terminal when there is no password file', async () => {
    await expect(start({ YELLOWSTONE_KEYSTORE: await keystore() })).rejects.toMatchObject({
      code: 'password_prompt_impossible',
    });
  });

  it.each([
    ['neither', {}, /YELLOWSTONE_PRIVATE_KEY is missing: this or YELLOWSTONE_KEYSTORE/],
    ['both', { YELLOWSTONE_PRIVATE_KEY: KEY, YELLOWSTONE_KEYSTORE: 'k.json' }, /YELLOWSTONE_PRIVATE_KEY is \[secret\]/],
    [
      'a password without a keystore',
      { YELLOWSTONE_PRIVATE_KEY: KEY, YELLOWSTONE_PASSWORD_FILE: 'p' },
      /YELLOWSTONE_KEYSTORE is missing: the keystore that YELLOWSTONE_PASSWORD_FILE opens/,
    ],
  ])('is a problem of the configuration when there is %s', (_, env: Record<string, string>, message) => {
    expect(() => loadNodeConfig(offerSettings, envOf(env))).toThrow(message);
    expect(() => loadNodeConfig(offerSettings, envOf(env))).not.toThrow(KEY);
  });
});
