import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeystore, secret } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProgram } from './local/process.js';

const CLI = join('packages', 'node', 'dist', 'main.js');
const PASSWORD = 'correct horse battery';

let folder: string;
let keystore: string;
let password: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-keys-'));
  keystore = join(folder, 'keystore.json');
  password = join(folder, 'password');
  await createKeystore(keystore, secret(PASSWORD), { scryptCost: 2 });
  await writeFile(password, `${PASSWORD}\n`, { mode: 0o600 });
});

afterAll(() => rm(folder, { recursive: true }));

/** Starts a consumer node of which nothing but the key is looked at. @returns exit code and what it said */
async function started(files: {
  readonly keystore: string;
  readonly password: string;
}): Promise<[number | null, string]> {
  const program = startProgram({
    name: 'consumer',
    args: [CLI, '--env-file', '/dev/null', 'consumer', 'up'],
    env: {
      YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1',
      YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}`,
      YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '1',
      YELLOWSTONE_MAX_STAKE_MOR: '1',
      YELLOWSTONE_KEYSTORE: files.keystore,
      YELLOWSTONE_PASSWORD_FILE: files.password,
      YELLOWSTONE_DATA_DIR: join(folder, 'data'),
    },
  });
  const code = await program.exited;
  return [code, program.tail()];
}

describe('a node whose key file is wrong (scenario 42)', () => {
  it.each([
    ['can be read by everybody', /keystore\.json can be read by others \(mode 0644\).*chmod 600/s, { mode: 0o644 }],
    ['is truncated', /truncated\.json is not a complete keystore.*restore it from a backup/s, { length: 200 }],
    ['has another password', /password does not open the keystore/, { password: 'wrong horse battery' }],
  ])('does not start when the file %s, and says why', async (_, why, damage) => {
    const files = { keystore, password };
    if ('mode' in damage) await chmod(keystore, damage.mode!);
    if ('length' in damage) {
      files.keystore = join(folder, 'truncated.json');
      await writeFile(files.keystore, (await readFile(keystore, 'utf8')).slice(0, damage.length), { mode: 0o600 });
    }
    if ('password' in damage) {
      files.password = join(folder, 'wrong');
      await writeFile(files.password, damage.password!, { mode: 0o600 });
    }
    const [code, said] = await started(files);
    await chmod(keystore, 0o600);
    expect(code).toBe(1);
    expect(said).toMatch(why);
    expect(said).not.toMatch(/horse battery|at .*\.js:\d+/);
  });
});
