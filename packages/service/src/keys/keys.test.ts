import { PassThrough } from 'node:stream';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { secret } from '../secret.js';
import { createKeystore } from './keystore.js';
import { loadKey } from './load-key.js';
import type { Terminal } from './password.js';

const folder = mkdtempSync(join(tmpdir(), 'yellowstone-keys-'));
const PASSWORD = 'correct horse battery staple';
const KEY = `0x${'ab'.repeat(32)}`;
const CHEAP = { scryptCost: 1_024 };
let keystore: string;
let passwordFile: string;
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  files += 1;
  keystore = join(folder, `key-${files}.json`);
  passwordFile = join(folder, `password-${files}`);
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  await createKeystore(keystore, secret(PASSWORD), { ...CHEAP, privateKey: secret(KEY) });
});

describe('createKeystore', () => {
  it('writes an encrypted file that only the owner can read', async () => {
    expect(statSync(keystore).mode & 0o777).toBe(0o600);
    expect(readFileSync(keystore, 'utf8')).not.toContain(KEY.slice(2));
    const { privateKey } = await loadKey({ keystore, passwordFile });
    expect(privateKey.reveal()).toBe(KEY);
    expect(String(privateKey)).toBe('[secret]');
  });

  it('makes a key of its own unless it is given one', async () => {
    const file = join(folder, 'random.json');
    const address = await createKeystore(file, secret(PASSWORD), CHEAP);
    expect((await loadKey({ keystore: file, passwordFile })).address).toBe(address);
  });

  it('never overwrites a file', async () => {
    const before = readFileSync(keystore, 'utf8');
    const again = createKeystore(keystore, secret(PASSWORD), CHEAP);
    await expect(again).rejects.toMatchObject({ code: 'key_file_exists', details: { file: keystore } });
    expect(readFileSync(keystore, 'utf8')).toBe(before);
  });

  it('refuses short passwords, keys that are none and places that are none', async () => {
    const file = join(folder, 'none.json');
    await expect(createKeystore(file, secret('123456789'), CHEAP)).rejects.toMatchObject({
      code: 'password_too_short',
    });
    const wrongKey = createKeystore(file, secret(PASSWORD), { privateKey: secret('0x12') });
    await expect(wrongKey).rejects.toMatchObject({ code: 'key_invalid' });
    const nowhere = createKeystore(join(folder, 'no', 'x.json'), secret(PASSWORD), CHEAP);
    await expect(nowhere).rejects.toMatchObject({ code: 'key_file_missing', details: { reason: 'ENOENT' } });
  });
});

describe('loadKey (TRUST scenario 42)', () => {
  it.each([0o644, 0o640, 0o604, 0o660])('refuses files that others can use (mode %o)', async (mode) => {
    chmodSync(keystore, mode);
    const details = { file: keystore, mode: `0${mode.toString(8)}` };
    await expect(loadKey({ keystore, passwordFile })).rejects.toMatchObject({ code: 'key_file_exposed', details });
    chmodSync(keystore, 0o600);
    chmodSync(passwordFile, mode);
    const exposed = {
      code: 'key_file_exposed',
      details: { file: passwordFile },
      hint: expect.stringContaining('chmod'),
    };
    await expect(loadKey({ keystore, passwordFile })).rejects.toMatchObject(exposed);
  });

  it('refuses a truncated keystore at any length', async () => {
    const { size } = statSync(keystore);
    for (const length of [size - 3, Math.floor(size / 2), 1, 0]) {
      truncateSync(keystore, length);
      await expect(loadKey({ keystore, passwordFile })).rejects.toMatchObject({ code: 'keystore_malformed' });
    }
  });

  it('refuses a keystore that lacks a part', async () => {
    const whole = JSON.parse(readFileSync(keystore, 'utf8')) as { Crypto: Record<string, unknown> };
    delete whole.Crypto['ciphertext'];
    writeFileSync(keystore, JSON.stringify(whole));
    await expect(loadKey({ keystore, passwordFile })).rejects.toMatchObject({ code: 'keystore_malformed' });
  });

  it('refuses a wrong password, and never says which it was', async () => {
    writeFileSync(passwordFile, 'hunter2hunter2');
    const error = await loadKey({ keystore, passwordFile }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'keystore_wrong_password', details: { file: keystore } });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('says what it cannot read', async () => {
    const missing = loadKey({ keystore: join(folder, 'nothing'), passwordFile });
    await expect(missing).rejects.toMatchObject({ code: 'key_file_missing', details: { reason: 'there is none' } });
    mkdirSync(join(folder, `folder-${files}`));
    const noFile = loadKey({ keystore: join(folder, `folder-${files}`), passwordFile });
    await expect(noFile).rejects.toMatchObject({ code: 'key_file_missing', details: { reason: 'it is no file' } });
    writeFileSync(keystore, ' '.repeat(70_000));
    const large = loadKey({ keystore, passwordFile });
    await expect(large).rejects.toMatchObject({ code: 'key_file_missing', details: { reason: 'it is too large' } });
  });

  it('takes a key from the environment, and shows no wrong one', async () => {
    expect((await loadKey({ privateKey: secret(KEY) })).privateKey.reveal()).toBe(KEY);
    const error = await loadKey({ privateKey: secret('0xdeadbeef') }).catch((caught: Error) => caught);
    expect(error).toMatchObject({ code: 'key_invalid' });
    expect(String(error) + String((error as Error).cause)).not.toContain('deadbeef');
  });

  it('asks at the terminal without showing what is typed', async () => {
    const { terminal, type, shown, rawModes } = fakeTerminal();
    const loading = loadKey({ keystore, terminal });
    type(`wrong${'\u007f'.repeat(5)}${PASSWORD}\r`);
    expect((await loading).privateKey.reveal()).toBe(KEY);
    expect(shown()).toBe(`Password of ${keystore}: \n`);
    expect(rawModes).toEqual([true, false]);
  });

  it('gives up when the person does, and when there is no terminal', async () => {
    const { terminal, type } = fakeTerminal();
    const loading = loadKey({ keystore, terminal });
    type('abc\u0003');
    await expect(loading).rejects.toMatchObject({ code: 'password_prompt_impossible' });
    const { terminal: pipe } = fakeTerminal({ isTTY: false });
    await expect(loadKey({ keystore, terminal: pipe })).rejects.toMatchObject({ code: 'password_prompt_impossible' });
  });
});

function fakeTerminal({ isTTY = true } = {}) {
  const stream = new PassThrough();
  const rawModes: boolean[] = [];
  let shown = '';
  const setRawMode = (mode: boolean): void => void rawModes.push(mode);
  const input = Object.assign(stream, { isTTY, setRawMode }) as unknown as Terminal['input'];
  const output = { write: (text: string) => void (shown += text) } as unknown as Terminal['output'];
  return { terminal: { input, output }, type: (text: string) => stream.write(text), shown: () => shown, rawModes };
}
