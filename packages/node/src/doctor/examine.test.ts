import { ChainError } from '@yellowstone/client';
import { MOR } from '@yellowstone/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeChain, type FakeChain } from '../testing/fake-chain.js';
import { DOCTOR_NOW, failing, failingWith, healthyStore, healthyWorld, urlModel } from '../testing/doctor-world.js';
import { addressOf, providerWallet, strangerWallet } from '../testing/keys.js';
import type { ModelEntry } from '../backends/model-entry.js';
import { examine } from './examine.js';
import type { DoctorReads, DoctorWorld } from './world.js';

const ENDPOINT = 'node.example:3333';
const env = {
  YELLOWSTONE_RPC_URL: 'https://rpc.example/v2/SECRET-RPC-TOKEN',
  YELLOWSTONE_DIAMOND: `0x${'11'.repeat(20)}`,
  YELLOWSTONE_CHAIN_ID: '42161',
  YELLOWSTONE_KEYSTORE: 'keystore.json',
  YELLOWSTONE_PASSWORD_FILE: 'password',
};
const consumerEnv = { ...env, YELLOWSTONE_MAX_PRICE_PER_SECOND_MOR: '1', YELLOWSTONE_MAX_STAKE_MOR: '1' };
const account = addressOf(providerWallet);

let chain: FakeChain;
let world: DoctorWorld;
let models: readonly ModelEntry[];

beforeEach(() => {
  chain = createFakeChain();
  chain.give(account, MOR);
  const bid = chain.addBid({ wallet: providerWallet, endpoint: ENDPOINT, name: 'llama' });
  models = [urlModel(bid.modelId)];
  world = healthyWorld(chain, models);
});

/** The world with other reads. */
function reading(change: Partial<DoctorReads>): Partial<DoctorWorld> {
  const connect: DoctorWorld['connect'] = async (place) => {
    const sight = await world.connect(place);
    return { ...sight, reads: { ...sight.reads, ...change } };
  };
  return { connect };
}
const registered = (change: object): Partial<DoctorWorld> =>
  reading({
    provider: async (address) => ({ ...(await chain.as(providerWallet).reads.provider(address))!, ...change }),
  });
const onDevelopmentChain: Partial<DoctorWorld> = {
  rpc: async () => ({ chainId: 31_337n, date: DOCTOR_NOW }),
};
const skewed = (seconds: number): Partial<DoctorWorld> => ({
  rpc: async () => ({ chainId: 42_161n, date: DOCTOR_NOW - seconds * 1_000 }),
});
const headAged = (seconds: number): Partial<DoctorWorld> =>
  reading({ now: async () => BigInt(DOCTOR_NOW / 1_000 - seconds) });
const stored = (change: object): Partial<DoctorWorld> => ({ store: async () => ({ ...healthyStore, ...change }) });
const folder = (change: object): Partial<DoctorWorld> => ({
  pathFacts: async () => ({ isFolder: true, mode: '0700', isOpenToOthers: false, isWritable: true, ...change }),
});
const modelled = (backend: ModelEntry['backend']): Partial<DoctorWorld> => ({
  modelsFile: async () => models.map((model) => ({ ...model, backend })),
});
const LLAMA_SERVER = {
  kind: 'llama-server',
  binary: 'llama-server',
  modelPath: '/m/tiny.gguf',
  args: [],
  env: {},
  startTimeoutSeconds: 600,
} as const;
const EMBEDDED = { kind: 'embedded', modelPath: '/m/tiny.gguf' } as const;
const oldKey = { ...healthyStore.apiKeys[0], expiresAt: 1 };

describe('a healthy node', () => {
  it.each(['provider', 'consumer'] as const)('has nothing that is not ok: %s', async (role) => {
    const findings = await examine(world, { role, env: role === 'provider' ? env : consumerEnv });
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      ...['settings', 'key', 'RPC', 'chain id', 'clock', 'diamond', 'head', 'gas', 'MOR', 'allowance'],
      ...(role === 'provider' ? ['provider', 'bids', 'endpoint', 'reach', 'models', 'backend llama'] : []),
      ...['data folder', 'disk', 'database', 'API keys'],
    ]);
  });
});

describe('a provider with one thing changed', () => {
  it.each<[string, () => Partial<DoctorWorld>, string, RegExp]>([
    // --- key
    ['key', () => ({ unlock: failingWith('keystore_wrong_password') }), 'bad', /It is keystore_wrong_password$/],
    // --- chain
    [
      'RPC',
      () => ({ rpc: failing('ECONNREFUSED') }),
      'bad',
      /^https:\/\/rpc\.example\/… does not answer: ECONNREFUSED$/,
    ],
    ['chain id', () => onDevelopmentChain, 'bad', /31337, but YELLOWSTONE_CHAIN_ID is 42161/],
    ['clock', () => skewed(300), 'bad', /300 s ahead of the clock/],
    ['clock', () => skewed(-300), 'bad', /300 s behind the clock/],
    ['clock', () => skewed(30), 'warn', /30 s ahead/],
    ['clock', () => skewed(-10), 'ok', /10 s behind/],
    ['clock', () => ({ rpc: async () => ({ chainId: 42_161n, date: undefined }) }), 'ok', /does not tell its own time/],
    ['head', () => headAged(121), 'bad', /121 s old/],
    ['head', () => headAged(120), 'ok', /120 s old/],
    ['head', () => headAged(-11), 'bad', /11 s ahead of this clock/],
    ['head', () => ({ ...headAged(999), ...onDevelopmentChain }), 'ok', /999 s old, on a development chain/],
    [
      'diamond',
      () => ({ connect: async () => Promise.reject(new ChainError('CHAIN_NO_CODE', 'No code at 0x11.')) }),
      'bad',
      /^No code at 0x11$/,
    ],
    ['diamond', () => ({ connect: failing('at /home/me/x.ts') }), 'bad', /^at \[path\]$/],
    // --- money
    ['gas', () => reading({ etherBalance: async () => 0n }), 'bad', /^0 ETH$/],
    ['gas', () => reading({ etherBalance: async () => 10n ** 15n - 1n }), 'warn', /^0\.000999999999999999 ETH$/],
    ['MOR', () => ({ ...registered({ stakeMor: 0n }), ...minimum(MOR) }), 'warn', /needs 1 MOR more/],
    ['MOR', () => minimum(9_999n * MOR), 'bad', /the minimum needs/],
    ['allowance', () => reading({ morAllowance: async () => 2n ** 256n - 1n }), 'warn', /may take all MOR/],
    ['money', () => reading({ morBalance: failing('HTTP 429') }), 'bad', /HTTP 429/],
    // --- offer
    ['provider', () => registered({ isActive: false }), 'bad', /is not registered/],
    ['bids', () => reading({ providerBids: async () => [] }), 'bad', /nobody can buy/],
    ['bids', () => ({ modelsFile: async () => [] }), 'bad', /sold, but not in the models file/],
    [
      'bids',
      () => ({
        modelsFile: async () => [...models, { ...models[0]!, ...urlModel(`0x${'77'.repeat(32)}`), name: 'new' }],
      }),
      'warn',
      /no active bid for new/,
    ],
    ['endpoint', () => registered({ endpoint: 'nonsense' }), 'bad', /neither host:port nor/],
    ['endpoint', () => ({ resolve: failing('ENOTFOUND') }), 'bad', /node\.example does not resolve: ENOTFOUND/],
    ['endpoint', () => ({ resolve: async () => ['10.0.0.7'] }), 'bad', /is 10\.0\.0\.7, where consumers refuse/],
    ['endpoint', () => registered({ endpoint: '127.0.0.1:1' }), 'bad', /is 127\.0\.0\.1, where/],
    ['reach', () => ({ providerAt: async () => strangerWallet.address }), 'bad', /answers as 0x/],
    ['reach', () => ({ providerAt: failing('ECONNREFUSED') }), 'warn', /no node listens on http:\/\/127\.0\.0\.1:3333/],
    [
      'reach',
      () => ({ providerAt: async (url) => (url.includes('127.0.0.1') ? account : failing('ETIMEDOUT')()) }),
      'bad',
      /^node\.example:3333 does not answer: ETIMEDOUT$/,
    ],
    // --- backends
    ['models', () => ({ modelsFile: failingWith('models_file_invalid') }), 'bad', /models_file_invalid/],
    ['models', () => ({ modelsFile: async () => [] }), 'warn', /lists no model/],
    ['backend llama', () => ({ modelsOf: failing('it answers 401') }), 'bad', /v1\/models: it answers 401/],
    ['backend llama', () => ({ modelsOf: async () => ['a', 'b'] }), 'warn', /has no model llama, but a, b/],
    ['backend llama', () => ({ modelsOf: async () => [] }), 'ok', /answers/],
    ['backend llama', () => ({ ...modelled(EMBEDDED), ...folder({ isFolder: false }) }), 'ok', /embedded/],
    ['backend llama', () => modelled(EMBEDDED), 'bad', /no file \/m\/tiny\.gguf/],
    ['backend llama', () => ({ ...modelled(EMBEDDED), hasLlama: () => false }), 'bad', /not installed/],
    ['backend llama', () => modelled(LLAMA_SERVER), 'ok', /llama-server with \/m\/tiny\.gguf/],
    [
      'backend llama',
      () => ({ ...modelled(LLAMA_SERVER), requireLlamaServer: failing('the program is not there') }),
      'bad',
      /the program is not there/,
    ],
    // --- data
    ['data folder', () => ({ pathFacts: async () => undefined }), 'ok', /not there yet/],
    ['data folder', () => folder({ isFolder: false }), 'bad', /is no folder/],
    ['data folder', () => folder({ isWritable: false, mode: '0500' }), 'bad', /cannot be written \(mode 0500\)/],
    ['data folder', () => folder({ isOpenToOthers: true, mode: '0755' }), 'warn', /mode 0755/],
    ['disk', () => ({ freeBytes: async () => 99n * 2n ** 20n }), 'bad', /^99 MiB free$/],
    ['disk', () => ({ freeBytes: async () => 500n * 2n ** 20n }), 'warn', /^500 MiB free$/],
    ['database', () => ({ store: async () => undefined }), 'warn', /there is none/],
    ['database', () => ({ store: failingWith('database_unreachable') }), 'bad', /database_unreachable/],
    ['database', () => ({ store: failingWith('database_in_use', { pid: 7 }) }), 'ok', /process 7 has it/],
    ['database', () => stored({ pending: ['005-x'] }), 'warn', /1 migrations to go: 005-x/],
    ['database', () => stored({ unknown: ['999-y'] }), 'bad', /later version.*999-y/],
    ['API keys', () => stored({ apiKeys: [] }), 'warn', /none that is good, 0 in all/],
    ['API keys', () => stored({ apiKeys: [oldKey] }), 'warn', /none that is good, 1 in all/],
  ])('%s (case %#)', async (check, change, level, found) => {
    const findings = await examine({ ...world, ...change() }, { role: 'provider', env });
    const finding = findings.find((one) => one.check === check);
    expect(finding).toMatchObject({ level, found: expect.stringMatching(found) as string });
    // Whatever is not ok says what to do.
    for (const one of findings)
      expect(one.level === 'ok' || one.next !== undefined || /^not looked/.test(one.found)).toBe(true);
    expect(JSON.stringify(findings)).not.toMatch(/SECRET-RPC-TOKEN|BACKEND-KEY/);
  });

  function minimum(providerMinimumMor: bigint): Partial<DoctorWorld> {
    const { reads } = chain.as(providerWallet);
    return reading({
      fees: async () => ({ ...(await reads.fees()), providerMinimumMor }),
      provider: async (address) => ({ ...(await reads.provider(address))!, stakeMor: 0n }),
    });
  }

  it('says that private endpoints are for development only on a development chain', async () => {
    const sight = async (place: Parameters<DoctorWorld['connect']>[0]) => ({
      ...(await world.connect(place)),
      chainId: 31_337n,
    });
    const findings = await examine(
      { ...world, connect: sight, resolve: async () => ['10.0.0.7'] },
      { role: 'provider', env },
    );
    expect(findings.find(({ check }) => check === 'endpoint')).toMatchObject({ level: 'warn' });
  });

  it('that acts for another account needs its rights', async () => {
    const delegate = addressOf(strangerWallet);
    const asDelegate = { ...world, unlock: async () => delegate };
    const patient = { role: 'provider', env: { ...env, YELLOWSTONE_PROVIDER_ADDRESS: account } } as const;
    const rightsIn = async () => (await examine(asDelegate, patient)).find(({ check }) => check === 'delegate');
    expect(await rightsIn()).toMatchObject({ level: 'bad', found: `${delegate} may not sign for ${account}` });
    chain.delegate({ delegate, account, rights: 'provider' });
    expect(await rightsIn()).toMatchObject({ level: 'ok' });
  });
});

describe('settings', () => {
  it('that do not fit are told all at once, and hide nothing else', async () => {
    const patient = {
      role: 'provider',
      env: { ...env, YELLOWSTONE_DIAMOND: '0x12', YELLOWSTONE_PROVIDER_PORT: 'x' },
    } as const;
    const findings = await examine(world, patient);
    expect(findings[0]).toMatchObject({
      level: 'bad',
      found: 'YELLOWSTONE_DIAMOND is "0x12"; YELLOWSTONE_PROVIDER_PORT is "x"',
    });
    const levels = Object.fromEntries(findings.map(({ check, level }) => [check, level]));
    expect(levels).toMatchObject({
      RPC: 'ok',
      key: 'ok',
      diamond: 'warn',
      gas: 'warn',
      'backend llama': 'ok',
      disk: 'ok',
    });
  });

  it('without anything are one bad finding, and what hangs on it', async () => {
    const findings = await examine(world, { role: 'consumer', env: {} });
    expect(findings.filter(({ level }) => level === 'bad').map(({ check }) => check)).toEqual(['settings']);
    expect(findings.find(({ check }) => check === 'RPC')?.found).toBe(
      'not looked at, because YELLOWSTONE_RPC_URL is not set',
    );
  });

  it('with a key in clear, without a chain id and without a password file are warned of', async () => {
    const { YELLOWSTONE_CHAIN_ID: _1, YELLOWSTONE_PASSWORD_FILE: _2, ...open } = consumerEnv;
    const levelsOf = async (given: Record<string, string>) =>
      (await examine(world, { role: 'consumer', env: given })).flatMap(({ check, level }) =>
        level === 'ok' ? [] : [check],
      );
    expect(await levelsOf(open)).toEqual(['key', 'chain id']);
    const { YELLOWSTONE_KEYSTORE: _3, ...bare } = open;
    expect(await levelsOf({ ...bare, YELLOWSTONE_PRIVATE_KEY: providerWallet.privateKey })).toEqual([
      'key',
      'chain id',
    ]);
  });
});

describe('a consumer', () => {
  it('without MOR and without API keys cannot do its work', async () => {
    const poor = { ...world, ...reading({ morBalance: async () => 0n }), ...stored({ apiKeys: [] }) };
    const findings = await examine(poor, { role: 'consumer', env: consumerEnv });
    expect(findings.filter(({ level }) => level === 'bad').map(({ check }) => check)).toEqual(['MOR', 'API keys']);
  });
});
