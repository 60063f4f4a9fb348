import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevMor__factory } from '@yellowstone/contracts';
import {
  messageDomain,
  parseBytes32,
  parseMor,
  sessionApproval,
  sign,
  type BidId,
  type ModelId,
} from '@yellowstone/protocol';
import { Wallet, type JsonRpcProvider } from 'ethers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect, createReads, createWrites, type Connection, type Outcome, type Sent, type Writes } from './index.js';
import { startDyingRpc, type DyingRpc } from './testing/dying-rpc.js';
import { startFakeRpc } from './testing/fake-rpc.js';
import { devKey, devProvider, freePort, startLocalChain, type LocalChain } from './testing/local-chain.js';

const PRICE = parseMor('0.0001');
const DURATION = 600n;

let folder: string;
let chain: LocalChain;
let dev: JsonRpcProvider;
let diamond: string;
let direct: Connection;
let bidId: BidId;
let modelId: ModelId;
let nonce = 0n;
const closing: { close(): void }[] = [];

const done = async <Facts>(sending: Promise<Sent<Facts>>): Promise<Outcome<Facts>> => (await sending).wait();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-failover-'));
  const record = join(folder, 'deployment.json');
  chain = await startLocalChain(['--write', 'false', '--export', record]);
  dev = devProvider(chain);
  const { contracts } = JSON.parse(await readFile(record, 'utf8')) as {
    contracts: { Yellowstone: { address: string } };
  };
  diamond = contracts.Yellowstone.address;
  direct = await connect({ rpcUrl: chain.rpcUrl, diamond, pollingIntervalMs: 20 });
  const provider = createWrites(direct, { privateKey: devKey(5) });
  const user = createWrites(direct, { privateKey: devKey(6) });
  const mor = DevMor__factory.connect(direct.mor, new Wallet(devKey(0), dev));
  for (const account of [direct.diamond, provider.address, user.address]) {
    await (await mor.mint(account, parseMor('10000'))).wait();
  }
  await done(user.sync());
  await done(provider.approveMor(parseMor('10')));
  await done(user.approveMor(parseMor('10000')));
  await done(provider.registerProvider({ amountMor: parseMor('0.2'), endpoint: 'provider.example:3333' }));
  const ids = { baseId: parseBytes32(`0x${'01'.repeat(32)}`), ipfsCid: parseBytes32(`0x${'02'.repeat(32)}`) };
  ({ modelId } = await done(provider.registerModel({ ...ids, amountMor: parseMor('0.1'), name: 'tiny', tags: [] })));
  ({ bidId } = await done(provider.postModelBid({ modelId, pricePerSecondMor: PRICE })));
}, 120_000);

afterEach(() => closing.splice(0).forEach((one) => one.close()));
afterAll(async () => {
  direct?.close();
  dev?.destroy();
  await chain?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function through(...rpcUrls: string[]): Promise<Connection> {
  const connection = await connect({ rpcUrls, diamond, pollingIntervalMs: 20, expectedChainId: direct.chainId });
  closing.push(connection);
  return connection;
}

async function dying(): Promise<DyingRpc> {
  const rpc = await startDyingRpc(chain.rpcUrl);
  closing.push(rpc);
  return rpc;
}

async function openSession(user: Writes): ReturnType<Writes['openSession']> {
  const message = {
    bidId,
    user: user.address,
    pricePerSecondMor: PRICE,
    maxDurationSeconds: 3_600n,
    payment: 'pool' as const,
    nonce: (nonce += 1n),
    deadline: (await createReads(direct).now()) + 3_600n,
  };
  const signature = await sign(new Wallet(devKey(5)), sessionApproval(messageDomain(direct), message));
  const limits = { maxStakeMor: parseMor('10000'), maxPayMor: 0n };
  const request = { bidId, durationSeconds: DURATION, payment: 'pool' as const, ...limits };
  return user.openSession({ approval: message, signature, request });
}

describe('an endpoint that dies in the middle of openSession', () => {
  it.each([
    ['when gas is estimated', 'eth_estimateGas', 'before'],
    ['when the transaction leaves', 'eth_sendRawTransaction', 'before'],
    ['when the transaction is accepted', 'eth_sendRawTransaction', 'after'],
    ['when the receipt is asked for', 'eth_getTransactionReceipt', 'before'],
  ] as const)('%s: one session', async (_, method, moment) => {
    const rpc = await dying();
    const connection = await through(rpc.rpcUrl, chain.rpcUrl);
    const user = createWrites(connection, { privateKey: devKey(6) });
    const reads = createReads(connection);
    const before = await reads.userSessions(user.address);
    const nonceBefore = await dev.getTransactionCount(user.address);
    rpc.dieAt(method, moment);

    const booked = await done(openSession(user));
    expect(rpc.isDead()).toBe(true);
    expect(await dev.getTransactionCount(user.address)).toBe(nonceBefore + 1);
    const after = await reads.userSessions(user.address);
    expect(after.total).toBe(before.total + 1);
    expect(after.items.at(-1)).toMatchObject({ sessionId: booked.sessionId, isClosed: false });
    expect(connection.health()).toMatchObject({
      isReady: true,
      endpoints: [{ failures: expect.any(Number) as number }, { state: 'ready' }],
    });
    await done(user.closeSession({ sessionId: booked.sessionId }));
  });
});

describe('a page of the market', () => {
  it('is one call, and reads of one moment are one request', async () => {
    const rpc = await dying();
    const reads = createReads(await through(rpc.rpcUrl));
    rpc.requests.length = 0;
    await reads.modelBids(modelId, 'second', { limit: 50 });
    expect(rpc.requests).toEqual([['eth_call']]);
    await Promise.all([reads.models(), reads.providers(), reads.fees()]);
    expect(rpc.requests).toHaveLength(2);
  });
});

describe('connect, given several endpoints (scenario 46)', () => {
  it('leaves out one where nobody listens, one of another chain, and one that is busy', async () => {
    const other = await startFakeRpc({ chainId: 1 });
    const busy = await startFakeRpc();
    busy.mood = 'busy';
    const nobody = `127.0.0.1:${await freePort()}`;
    const connection = await through(`http://${nobody}`, other.url, busy.url, chain.rpcUrl);
    expect(await createReads(connection).fees()).toMatchObject({ bidFeeMor: parseMor('0.3') });
    expect((await connection.checkHealth()).endpoints).toMatchObject([
      { host: nobody, state: 'resting' },
      { host: other.host, state: 'excluded', reason: 'it serves chain 1 instead of 31337' },
      { host: busy.host, state: 'resting', reason: expect.stringContaining('429') as string },
      { state: 'ready' },
    ]);
    await Promise.all([other.stop(), busy.stop()]);
  });

  it('waits for the only endpoint as long as it is told, and tells that it waits', async () => {
    const rpc = await startFakeRpc();
    const timing = {
      now: Date.now,
      random: () => 0,
      deadline: () => ({ signal: new AbortController().signal, clear: () => undefined }),
    };
    let elapsed = 0;
    const events: string[] = [];
    rpc.mood = 'busy';
    const connecting = connect({
      rpcUrl: rpc.url,
      diamond,
      startPatienceMs: 60_000,
      onRpcEvent: ({ kind }) => void events.push(kind),
      timing: {
        ...timing,
        now: () => elapsed,
        pause: async (milliseconds) => void (elapsed += milliseconds),
      },
    });
    await expect(connecting).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
    expect(elapsed).toBeGreaterThan(45_000);
    expect(elapsed).toBeLessThan(75_000);
    expect(events.slice(0, 2)).toEqual(['failed', 'waiting']);
    expect(new Set(events)).toEqual(new Set(['failed', 'waiting']));
    await rpc.stop();
  });
});
