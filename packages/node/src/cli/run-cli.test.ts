import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKeys, type Database, listen, type Listening, openDatabase } from '@yellowstone/service';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_SCOPES, createAuthenticate } from '../api-access.js';
import { createFakeChain } from '../testing/fake-chain.js';
import { providerWallet, quietLog } from '../testing/keys.js';
import { createTestApi } from '../testing/operator-api.js';
import { freePortServer, type TestServer } from '../testing/test-server.js';
import { runInWorld } from '../testing/fake-world.js';

const KEY = `0x${'11'.repeat(32)}`;
const PLACE = { YELLOWSTONE_RPC_URL: 'http://127.0.0.1:1', YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}` };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const errorOf = (stderr: string) =>
  (JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as { error: Record<string, unknown> }).error;

describe('a command that is written wrongly ends with 2', () => {
  it.each([
    [['nonsense'], /unknown command 'nonsense'/],
    [['bids'], /--model/],
    [['models', 'extra'], /too many arguments/],
    [['money', 'stake', '1e3'], /amount of MOR/],
    [['money', 'stake', '0'], /more than 0/],
    [['money', 'stake', '1', '--purpose', 'fun'], /Allowed choices/],
    [['quote', '--model', 'm', '--bid', `0x${'11'.repeat(32)}`], /cannot be used with/],
    [['quote', '--model', 'm', '--duration', 'long'], /duration/],
    [['sessions', 'close', '0x12'], /id of a session/],
    [['sessions', 'close', `0x${'11'.repeat(32)}`, '--pass', '--fail'], /cannot be used with/],
    [['keys', 'create', 'a', '--scope', 'all'], /Allowed choices/],
  ])('%j', async (args, text) => {
    const human = await runInWorld(args);
    expect(human).toMatchObject({ code: 2, stdout: '' });
    expect(human.stderr).toMatch(text);
    const json = await runInWorld(['--json', ...args]);
    expect(json).toMatchObject({ code: 2, stdout: '' });
    expect(errorOf(json.stderr)).toMatchObject({ code: 'usage_wrong', message: expect.stringMatching(text) as string });
  });

  it('says which commands there are when none is given', async () => {
    const { code, stdout, stderr } = await runInWorld(['provider']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/ up .* offer /s);
  });

  it('is no failure to ask for help', async () => {
    for (const args of [['--help'], ['sessions', '--help'], ['quote', '--help']]) {
      expect(await runInWorld(args)).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

describe('settings', () => {
  it.each([
    [['models'], ['YELLOWSTONE_RPC_URL', 'YELLOWSTONE_DIAMOND']],
    [
      ['bids', '--model', 'm'],
      ['YELLOWSTONE_RPC_URL', 'YELLOWSTONE_DIAMOND'],
    ],
    [
      ['money', '--account', `0x${'11'.repeat(20)}`],
      ['YELLOWSTONE_RPC_URL', 'YELLOWSTONE_DIAMOND'],
    ],
    [
      ['provider', 'up'],
      ['YELLOWSTONE_RPC_URL', 'YELLOWSTONE_DIAMOND', 'YELLOWSTONE_PRIVATE_KEY'],
    ],
    [['claim'], ['YELLOWSTONE_RPC_URL', 'YELLOWSTONE_DIAMOND', 'YELLOWSTONE_PRIVATE_KEY']],
    [
      ['consumer', 'up'],
      [
        'YELLOWSTONE_RPC_URL',
        'YELLOWSTONE_DIAMOND',
        'YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR',
        'YELLOWSTONE_MAX_STAKE_MOR',
        'YELLOWSTONE_PRIVATE_KEY',
      ],
    ],
  ])('%j lists everything that is missing', async (args, missing) => {
    const { code, stderr } = await runInWorld(['--json', ...args]);
    const { problems } = errorOf(stderr)['details'] as { problems: { env: string }[] };
    expect(code).toBe(1);
    expect(problems.map(({ env }) => env)).toEqual(missing);
  });

  it('lists everything that is wrong at once, without showing the key', async () => {
    const env = {
      YELLOWSTONE_RPC_URL: 'ftp://x',
      YELLOWSTONE_DIAMOND: '0x12',
      YELLOWSTONE_PRIVATE_KEY: `0x${'00'.repeat(32)}`,
      YELLOWSTONE_CONSUMER_HOST: 'everywhere',
      YELLOWSTONE_CONSUMER_PORT: '-1',
      YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '1e3',
      YELLOWSTONE_MAX_STAKE_MOR: '-5',
    };
    const { stderr } = await runInWorld(['consumer', 'up'], { env });
    for (const name of Object.keys(env)) expect(stderr).toContain(name);
    expect(stderr).toMatch(/YELLOWSTONE_PRIVATE_KEY is \[secret\]/);
  });

  it('names the models file that cannot be read', async () => {
    const env = { ...PLACE, YELLOWSTONE_PRIVATE_KEY: KEY, YELLOWSTONE_MODELS_FILE: '/nowhere/models.json' };
    const { code, stderr } = await runInWorld(['--json', 'provider', 'up'], { env });
    expect(code).toBe(1);
    expect(errorOf(stderr)).toMatchObject({ code: 'models_file_invalid' });
  });

  it('come from a file where the environment has none', async () => {
    const file = join(folder, 'settings');
    await writeFile(file, 'YELLOWSTONE_RPC_URL=ftp://of-the-file\nYELLOWSTONE_DIAMOND=0x12\n');
    const args = ['--json', 'models', '--env-file', file];
    const { stderr } = await runInWorld(args, { env: { YELLOWSTONE_DIAMOND: PLACE.YELLOWSTONE_DIAMOND } });
    expect(stderr).toContain('YELLOWSTONE_RPC_URL');
    expect(stderr).not.toContain('YELLOWSTONE_DIAMOND is');
    const missing = await runInWorld(['--json', 'models', '--env-file', join(folder, 'none')]);
    expect(errorOf(missing.stderr)).toMatchObject({ code: 'file_unusable' });
  });

  it('of the chain lead to a typed failure when nobody is there', async () => {
    const { code, stdout, stderr } = await runInWorld(['--json', 'models'], { env: PLACE });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(errorOf(stderr)).toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  });
});

describe('stopping', () => {
  let silent: TestServer;
  beforeAll(async () => {
    silent = await freePortServer(createServer(() => undefined));
  });
  afterAll(() => silent.stop());

  it('ends with 130 on Ctrl-C, in the middle of a wait', async () => {
    const interrupt = new AbortController();
    const env = { ...PLACE, YELLOWSTONE_RPC_URL: silent.url };
    const running = runInWorld(['--json', 'models'], { env, interrupt: interrupt.signal });
    interrupt.abort();
    const { code, stderr } = await running;
    expect(code).toBe(130);
    expect(errorOf(stderr)).toMatchObject({ code: 'command_interrupted' });
  });

  it('ends with 1 when --timeout is over', async () => {
    const env = { ...PLACE, YELLOWSTONE_RPC_URL: silent.url };
    const { code, stderr } = await runInWorld(['--json', '--timeout', '1s', 'models'], { env });
    expect(code).toBe(1);
    expect(errorOf(stderr)).toMatchObject({ code: 'command_timeout', details: { seconds: '1' } });
  });
});

describe('init', () => {
  it('writes nothing when something is missing', async () => {
    const place = join(folder, 'nothing');
    const args = ['--json', 'init', '--role', 'consumer', '--folder', place, '--rpc-url', 'http://127.0.0.1:1'];
    const { code, stderr } = await runInWorld([...args, '--diamond', PLACE.YELLOWSTONE_DIAMOND]);
    expect(code).toBe(1);
    expect(errorOf(stderr)).toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    await expect(stat(place)).rejects.toThrow('ENOENT');
  });

  it('asks for what it must know', async () => {
    const { stderr } = await runInWorld(['--json', 'init', '--folder', folder]);
    expect(errorOf(stderr)).toMatchObject({ code: 'answer_missing', details: { option: '--role' } });
  });

  it('leaves a .env alone', async () => {
    await writeFile(join(folder, '.env'), 'mine');
    const { code, stderr } = await runInWorld(['--json', 'init', '--role', 'provider', '--folder', folder]);
    expect(code).toBe(1);
    expect(errorOf(stderr)).toMatchObject({ code: 'file_exists' });
    expect(await readFile(join(folder, '.env'), 'utf8')).toBe('mine');
  });
});

describe('keys', () => {
  it('are made, listed and revoked, and the token is told once', async () => {
    const env = { YELLOWSTONE_DATA_DIR: join(folder, 'data') };
    const made = await runInWorld(['--json', 'keys', 'create', 'laptop', '--expires', '1d'], { env });
    const { id, token } = JSON.parse(made.stdout) as { id: string; token: string };
    expect(token).toMatch(/^ysk_/);
    expect(made.stderr).not.toContain(token);

    const listed = await runInWorld(['--json', 'keys', 'list'], { env });
    expect(JSON.parse(listed.stdout)).toMatchObject({
      keys: [{ id, name: 'laptop', scopes: ['infer'], revokedAt: null }],
    });
    expect(listed.stdout).not.toContain(token);

    expect(await runInWorld(['keys', 'revoke', id], { env })).toMatchObject({ code: 0 });
    const again = await runInWorld(['--json', 'keys', 'revoke', id], { env });
    expect(again.code).toBe(1);
    expect(errorOf(again.stderr)).toMatchObject({ code: 'api_key_not_found' });
  }, 60_000);
});

describe('limits of keys', () => {
  const [liked, disliked] = [`0x${'11'.repeat(20)}`, `0x${'22'.repeat(20)}`];
  const flags = [
    ...['--requests-per-minute', '60', '--tokens-per-minute', '5000', '--tokens-per-day', '100000'],
    ...['--max-mor-per-day', '0.5', '--max-stake', '10', '--max-price', '0.001'],
    ...['--prefer', liked, '--refuse', disliked, '--refuse', `0x${'33'.repeat(20)}`],
  ];

  it('are given as flags, kept exactly, and shown with what was used', async () => {
    const env = { YELLOWSTONE_DATA_DIR: join(folder, 'limited') };
    expect(await runInWorld(['--json', 'keys', 'create', 'guest', ...flags], { env })).toMatchObject({ code: 0 });
    expect(await runInWorld(['--json', 'keys', 'create', 'free'], { env })).toMatchObject({ code: 0 });
    const listed = await runInWorld(['--json', 'keys', 'list'], { env });
    const usedToday = { requests: 0, tokens: 0, spentMor: '0' };
    expect((JSON.parse(listed.stdout) as { keys: unknown }).keys).toMatchObject([
      {
        name: 'guest',
        limits: {
          requestsPerMinute: 60,
          tokensPerMinute: 5_000,
          tokensPerDay: 100_000,
          maxMorPerDay: '500000000000000000',
          maxStakeMor: '10000000000000000000',
          maxPricePerSecondMor: '1000000000000000',
          preferredProviders: [liked],
          refusedProviders: [disliked, `0x${'33'.repeat(20)}`],
        },
        usedToday,
      },
      { name: 'free', limits: {}, usedToday },
    ]);
    const table = await runInWorld(['keys', 'list'], { env });
    expect(table.stdout).toContain(
      '60 requests/min, 5000 tokens/min, 100000 tokens/day, 0.5 MOR/day, 10 MOR staked, 0.001 MOR/s, prefers 0x1111',
    );
  }, 60_000);

  it.each([
    ['--requests-per-minute', '0'],
    ['--tokens-per-day', '1.5'],
    ['--max-mor-per-day', '-1'],
    ['--refuse', '0x12'],
  ])('refuse %s %s', async (flag, value) => {
    expect(await runInWorld(['keys', 'create', 'a', flag, value])).toMatchObject({ code: 2 });
  });
});

describe('keys of a node that runs', () => {
  let database: Database;
  let running: Listening;
  let env: Record<string, string>;
  const args = (...more: string[]) => ['--json', 'keys', ...more, '--url', running.url];

  beforeAll(async () => {
    const dataDir = join(folder, 'running');
    database = await openDatabase({ log: quietLog }, { dataDir });
    const apiKeys = createApiKeys({ database, clock: Date }, { scopes: API_SCOPES });
    const { token } = await apiKeys.create({ name: 'operator', scopes: ['operate'] });
    const authenticate = createAuthenticate({ apiKeys });
    const chain = createFakeChain();
    const { server } = await createTestApi({ chain, wallet: providerWallet, authenticate, apiKeys });
    running = await listen(server, { host: '127.0.0.1', port: 0, graceMs: 100 });
    env = { YELLOWSTONE_DATA_DIR: dataDir, YELLOWSTONE_API_KEY: token.reveal() };
  }, 60_000);
  afterAll(async () => {
    await running?.stop();
    await database?.close();
  });

  it('cannot be reached in its folder; the failure says how they can', async () => {
    const { code, stderr } = await runInWorld(['--json', 'keys', 'list'], { env });
    expect(code).toBe(1);
    expect(errorOf(stderr)).toMatchObject({
      code: 'database_in_use',
      hint: expect.stringMatching(/--url http:\/\/127\.0\.0\.1:8083 .* YELLOWSTONE_API_KEY/) as string,
    });
  });

  it('are made, listed and revoked through its API', async () => {
    const made = await runInWorld(args('create', 'laptop', '--scope', 'infer', '--expires', '1h'), { env });
    const { id, token, createdAt, expiresAt } = JSON.parse(made.stdout) as Record<string, string>;
    expect(Number(expiresAt) - Number(createdAt)).toBe(3_600);
    const use = () => fetch(`${running.url}/wallet`, { headers: { authorization: `Bearer ${token}` } });
    expect((await use()).status).toBe(403);
    const listed = await runInWorld(args('list'), { env });
    expect(JSON.parse(listed.stdout)).toMatchObject({ keys: [{ name: 'operator' }, { id, scopes: ['infer'] }] });
    expect(listed.stdout).not.toContain(token);
    expect(await runInWorld(args('revoke', String(id)), { env })).toMatchObject({ code: 0 });
    expect((await use()).status).toBe(401);
    const again = await runInWorld(args('revoke', String(id)), { env });
    expect(errorOf(again.stderr)).toMatchObject({ code: 'node_refused', details: { code: 'api_key_not_found' } });
  });

  it('need a key that may operate, and a node', async () => {
    const without = await runInWorld(args('list'), {});
    expect(errorOf(without.stderr)).toMatchObject({ code: 'node_refused', details: { status: 401 } });
    const nowhere = await runInWorld(['--json', 'keys', 'list', '--url', 'http://127.0.0.1:1'], { env });
    expect(errorOf(nowhere.stderr)).toMatchObject({ code: 'node_unreachable' });
    const other = await freePortServer(createServer((_, response) => response.end('{"keys":[{}]}')));
    const broken = await runInWorld(['--json', 'keys', 'list', '--url', other.url], { env });
    await other.stop();
    expect(errorOf(broken.stderr)).toMatchObject({ code: 'node_broken' });
  });

  it('take limits along', async () => {
    const limited = ['--tokens-per-day', '9', '--max-mor-per-day', '0.1'];
    expect(await runInWorld(args('create', 'guest', ...limited), { env })).toMatchObject({ code: 0 });
    const listed = await runInWorld(args('list'), { env });
    expect((JSON.parse(listed.stdout) as { keys: unknown[] }).keys).toContainEqual(
      expect.objectContaining({ name: 'guest', limits: { tokensPerDay: 9, maxMorPerDay: '100000000000000000' } }),
    );
  });
});

describe('files with secrets', () => {
  it('are refused when others can read them', async () => {
    const file = join(folder, 'api-key');
    await writeFile(file, 'ysk_x');
    await chmod(file, 0o644);
    const { stderr } = await runInWorld(['--json', 'chat', 'hello', '--api-key-file', file]);
    expect(errorOf(stderr)).toMatchObject({ code: 'key_file_exposed' });
  });
});

describe('doctor and support-bundle', () => {
  const env = () => ({
    ...PLACE,
    YELLOWSTONE_PRIVATE_KEY: KEY,
    YELLOWSTONE_DATA_DIR: join(folder, 'sick'),
    YELLOWSTONE_MODELS_FILE: join(folder, 'no-models.json'),
  });

  it('says what is bad, what to do, and ends with 1', async () => {
    const human = await runInWorld(['doctor'], { env: env() });
    expect(human.code).toBe(1);
    expect(human.stdout).toMatch(/^BAD {3}RPC .*http:\/\/127\.0\.0\.1:1\/… does not answer/m);
    expect(human.stdout).toMatch(/^ +→ Is the endpoint up/m);
    expect(human.stdout).toMatch(/^BAD {3}models .*cannot be read/m);
    expect(human.stdout).toMatch(/^\d+ good, \d+ warnings, 2 bad$/m);
    const json = await runInWorld(['--json', 'doctor', '--role', 'provider'], { env: env() });
    const { role, findings } = JSON.parse(json.stdout) as {
      role: string;
      findings: { check: string; level: string }[];
    };
    expect(role).toBe('provider');
    expect(findings.filter(({ level }) => level === 'bad').map(({ check }) => check)).toEqual(['RPC', 'models']);
    expect(errorOf(json.stderr)).toMatchObject({ code: 'doctor_found_bad', details: { checks: 'RPC, models' } });
    // Looking made nothing.
    await expect(stat(join(folder, 'sick'))).rejects.toThrow('ENOENT');
  });

  it('takes a node with limits for a consumer', async () => {
    const limited = { ...env(), YELLOWSTONE_MAX_STAKE_MOR: '1', YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '1' };
    const { stdout } = await runInWorld(['--json', 'doctor'], { env: limited });
    expect(JSON.parse(stdout)).toMatchObject({ role: 'consumer' });
  });

  it('finds what a node left in its folder', async () => {
    const kept = { ...env(), YELLOWSTONE_DATA_DIR: join(folder, 'kept') };
    await runInWorld(['keys', 'create', 'laptop', '--scope', 'operate', '--role', 'provider'], { env: kept });
    const { stdout } = await runInWorld(['--json', 'doctor'], { env: kept });
    const { findings } = JSON.parse(stdout) as { findings: { check: string; found: string }[] };
    const foundAt = Object.fromEntries(findings.map(({ check, found }) => [check, found]));
    expect(foundAt).toMatchObject({
      'data folder': expect.stringMatching(/mode 0700/) as string,
      database: expect.stringMatching(/pglite, last migration \d+-.*, 0 chain writes/) as string,
      'API keys': '1 good: 0 for prompts, 1 for operating',
    });
  }, 60_000);

  it('write a file that only its owner can read', async () => {
    const out = join(folder, 'bundle.json');
    expect(await runInWorld(['support-bundle', '--out', out], { env: env() })).toMatchObject({ code: 0 });
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const text = await readFile(out, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ role: 'provider', versions: { yellowstone: '0.1.0' } });
    expect(text).not.toContain(KEY.slice(2));
  });
});
