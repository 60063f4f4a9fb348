import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type * as Service from '@yellowstone/service';
import { openKeystore, secret } from '@yellowstone/service';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFakeChain } from '../testing/fake-chain.js';
import { type CliRun, type FakeWorld, runInWorld } from '../testing/fake-world.js';
import type { HeldChain } from '../testing/held-chain.js';
import { addressOf, userWallet } from '../testing/keys.js';
import { freePortServer, type TestServer } from '../testing/test-server.js';

const held = vi.hoisted(() => ({}) as HeldChain);
vi.mock('@yellowstone/client', async (original) => ({
  ...(await original<object>()),
  ...(await import('../testing/held-chain.js')).clientOf(held),
}));
// Real ones take seconds each; whether they are strong is tested where they are made.
vi.mock('@yellowstone/service', async (original) => {
  const service = await original<typeof Service>();
  const createKeystore: typeof service.createKeystore = (file, password, options) =>
    service.createKeystore(file, password, { ...options, scryptCost: 2 });
  return { ...service, createKeystore };
});

const PASSWORD = 'correct horse battery';
const DIAMOND = `0x${'11'.repeat(20)}`;

let folder: string;
let place: string;
let passwordFile: string;
let rpc: TestServer;
let rpcChainId: string;

beforeAll(async () => {
  // It knows its chain and a block, and every call is one of the two.
  rpc = await freePortServer(
    createServer((request, response) => {
      void text(request).then((body) => {
        const calls = [JSON.parse(body) as { id: number; method: string }].flat();
        const answers = calls.map(({ id, method }) => ({
          jsonrpc: '2.0',
          id,
          result: method === 'eth_chainId' ? rpcChainId : { number: '0x1', timestamp: '0x1' },
        }));
        response.end(JSON.stringify(answers));
      });
    }),
  );
});
afterAll(() => rpc.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-init-'));
  place = join(folder, 'node');
  passwordFile = join(folder, 'password');
  await writeFile(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  Object.assign(held, { chain: createFakeChain(), reads: {}, open: 0 });
  rpcChainId = '0x7fffffff';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const init = (more: readonly string[], world: FakeWorld = {}): Promise<CliRun> =>
  runInWorld(['init', '--folder', place, ...more], world);
const known = () => ['--rpc-url', rpc.url, '--diamond', DIAMOND, '--password-file', passwordFile];
const failureOf = ({ code, stdout, stderr }: CliRun): unknown => {
  expect({ code, stdout, open: held.open }).toEqual({ code: 1, stdout: '', open: 0 });
  return (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: unknown }).error;
};
const keyIn = async (file = join(place, 'keystore.json')) => openKeystore(file, secret(PASSWORD));

describe('init', () => {
  it('writes settings, keystore and database of a consumer, whose first API key works', async () => {
    const limits = ['--max-price-per-second', '0.01', '--max-stake', '5', '--allow-private-endpoints'];
    const { code, stdout, stderr } = await init(['--json', '--role', 'consumer', ...known(), ...limits]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const told = JSON.parse(stdout) as { address: string; apiKey: string; next: string[] };
    expect(told).toMatchObject({
      role: 'consumer',
      folder: place,
      chainId: '31337',
      diamond: DIAMOND,
      envFile: join(place, '.env'),
      keystoreFile: join(place, 'keystore.json'),
      dataDir: join(place, 'data'),
    });
    expect(told.apiKey).toMatch(/^ysk_/);
    expect(told.next[0]).toBe(`cd ${place}`);
    expect(told.next.join()).not.toContain('YELLOWSTONE_MAX_STAKE_MOR');
    expect((await keyIn()).address).toBe(told.address);
    const text = await readFile(join(place, '.env'), 'utf8');
    expect(text).toContain(`\nYELLOWSTONE_RPC_URL=${rpc.url}\n`);
    expect(text).toContain('\nYELLOWSTONE_MAX_PRICE_PER_SECOND_MOR=0.01\n');
    expect(text).toContain('\nYELLOWSTONE_MAX_STAKE_MOR=5\n');
    expect(text).toContain('\nYELLOWSTONE_ALLOW_PRIVATE_ENDPOINTS=true\n');
    expect(text).not.toContain(told.apiKey);
    expect((await stat(join(place, '.env'))).mode & 0o777).toBe(0o600);

    // The commands take what was written.
    const file = ['--env-file', join(place, '.env'), '--json'];
    const keys = await runInWorld([...file, 'keys', 'list']);
    expect(JSON.parse(keys.stdout)).toMatchObject({ keys: [{ name: 'first', scopes: ['infer', 'operate'] }] });
    const sessions = await runInWorld([...file, 'sessions']);
    expect(JSON.parse(sessions.stdout)).toEqual({ account: told.address, total: 0, sessions: [] });
    const stake = await runInWorld([...file, 'money', 'stake', '1']);
    expect(stake.stderr).toContain('wallet_too_low');
    expect(held.open).toBe(0);
  }, 60_000);

  it('takes a key that is piped in for a provider, and says what comes next', async () => {
    const world = { stdin: `${userWallet.privateKey}\n` };
    const { code, stdout, stderr } = await init(['--role', 'provider', ...known(), '--import-key'], world);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^role +provider$/m);
    expect(stdout).toMatch(new RegExp(`^account +${addressOf(userWallet)}, an imported key$`, 'm'));
    expect(stdout).toMatch(/^API key +ysk_\S+ {2}\(shown this once\)$/m);
    expect(stdout).toMatch(/^Next:$/m);
    expect(stdout).toMatch(/^ {2}yellowstone provider up$/m);
    expect(stdout + stderr).not.toContain(userWallet.privateKey.slice(2));
    expect((await keyIn()).privateKey.reveal()).toBe(userWallet.privateKey);
    const text = await readFile(join(place, '.env'), 'utf8');
    expect(text).toContain(`\nYELLOWSTONE_MODELS_FILE=${join(place, 'models-config.json')}\n`);
  }, 60_000);

  it('asks a person for what it must know', async () => {
    const answers = ['miner\n', '\n', `${rpc.url}\n`, `${DIAMOND}\n`, `${PASSWORD}\r`, `${PASSWORD}\r`];
    const { code, stdout, stderr } = await init([], { answers });
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr.match(/Role of the node, provider or consumer \[consumer\]: /g)).toHaveLength(2);
    expect(stderr).toMatch(/JSON-RPC endpoint \[http:\/\/127\.0\.0\.1:8545\]: /);
    expect(stderr).toMatch(/Address of the diamond: /);
    expect(stderr + stdout).not.toContain(PASSWORD);
    expect(stdout).toMatch(/^account .*, a new key: back up the keystore$/m);
    expect(stdout).toMatch(/set YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR and YELLOWSTONE_MAX_STAKE_MOR in \.env/);
    await expect(keyIn()).resolves.toBeDefined();
    const text = await readFile(join(place, '.env'), 'utf8');
    expect(text).toMatch(/^# YELLOWSTONE_MAX_STAKE_MOR=$/m);
    expect(text).toMatch(/^# YELLOWSTONE_PASSWORD_FILE=$/m);
  }, 60_000);

  it.each([
    ['differ', [`${PASSWORD}\r`, 'another horse battery\r'], 'passwords_differ'],
    ['are too short', ['horse\r'], 'password_too_short'],
    ['are not typed', ['\u0003'], 'command_interrupted'],
  ])('writes nothing when passwords %s', async (_, answers: readonly string[], error) => {
    const args = ['--json', '--role', 'consumer', '--rpc-url', rpc.url, '--diamond', DIAMOND];
    const { code, stdout, stderr } = await init(args, { answers });
    expect({ code, stdout }).toEqual({ code: error === 'command_interrupted' ? 130 : 1, stdout: '' });
    expect(stderr).toContain(error);
    await expect(stat(place)).rejects.toThrow('ENOENT');
  });

  it('needs a diamond, an endpoint and a password from whoever cannot be asked', async () => {
    const role = ['--json', '--role', 'consumer'];
    expect(failureOf(await init(role))).toMatchObject({ code: 'answer_missing', details: { option: '--rpc-url' } });
    const noDiamond = await init([...role, '--rpc-url', rpc.url]);
    expect(failureOf(noDiamond)).toMatchObject({ code: 'deployment_unknown', details: { chainId: '2147483647' } });
    const noPassword = await init([...role, '--rpc-url', rpc.url, '--diamond', DIAMOND]);
    expect(failureOf(noPassword)).toMatchObject({ code: 'answer_missing', details: { option: '--password-file' } });
    rpcChainId = 'nonsense';
    const noChain = await init([...role, '--rpc-url', rpc.url]);
    expect(failureOf(noChain)).toMatchObject({ code: 'CHAIN_RPC_FAILED' });
    await expect(stat(place)).rejects.toThrow('ENOENT');
  });

  it('sets a keystore aside with --force, and says where it is', async () => {
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, `${userWallet.privateKey}\n`, { mode: 0o600 });
    await init(['--role', 'consumer', ...known(), '--key-file', keyFile]);
    const again = await init(['--role', 'consumer', ...known(), '--force']);
    expect(again.code).toBe(0);
    const aside = (await readdir(place)).find((name) => /^keystore\.json\.\d+\.old$/.test(name)) ?? '';
    expect(again.stderr).toContain(`The keystore of before is ${join(place, aside)}.`);
    expect((await keyIn(join(place, aside))).address).toBe(addressOf(userWallet));
    expect((await keyIn()).address).not.toBe(addressOf(userWallet));
  }, 60_000);

  it('puts the keystore back when it cannot go on', async () => {
    const keyFile = join(folder, 'key');
    await writeFile(keyFile, `${userWallet.privateKey}\n`, { mode: 0o600 });
    await init(['--role', 'consumer', ...known(), '--key-file', keyFile]);
    const settings = await readFile(join(place, '.env'), 'utf8');
    await rm(join(place, 'data'), { recursive: true });
    await writeFile(join(place, 'data'), 'no folder');
    const failed = await init(['--json', '--role', 'consumer', ...known(), '--force']);
    expect(failureOf(failed)).toMatchObject({ code: 'database_unreachable' });
    expect((await readdir(place)).sort()).toEqual(['.env', 'data', 'keystore.json']);
    expect((await keyIn()).address).toBe(addressOf(userWallet));
    expect(await readFile(join(place, '.env'), 'utf8')).toBe(settings);
  }, 60_000);
});
