import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DevMor__factory } from '@yellowstone/contracts';
import {
  messageDomain,
  parseBytes32,
  parseMor,
  sessionApproval,
  sessionIdOf,
  sessionReceipt,
  sign,
  type BidId,
  type ModelId,
  type SessionId,
} from '@yellowstone/protocol';
import { Wallet, type JsonRpcProvider } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connect,
  createReads,
  createWrites,
  firstBlockSince,
  followEvents,
  readBlockPoint,
  readProviderMoney,
} from './index.js';
import type { Connection, DiamondEvent, Outcome, Reads, Sent, Writes } from './index.js';
import { devKey, devProvider, startLocalChain, type LocalChain } from './testing/local-chain.js';

const BASE_ID = parseBytes32(`0x${'01'.repeat(32)}`);
const IPFS_CID = parseBytes32(`0x${'02'.repeat(32)}`);
const NOTHING = parseBytes32(`0x${'ff'.repeat(32)}`);
const DAY_SECONDS = 86_400n;

let folder: string;
let chain: LocalChain;
let dev: JsonRpcProvider;
let connection: Connection;
let reads: Reads;
let provider: Writes;
let user: Writes;

const done = async <Facts>(sending: Promise<Sent<Facts>>): Promise<Outcome<Facts>> => (await sending).wait();

async function moveOn(seconds: bigint): Promise<void> {
  await dev.send('evm_increaseTime', [Number(seconds)]);
  await dev.send('evm_mine', []);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yellowstone-client-'));
  const record = join(folder, 'deployment.json');
  chain = await startLocalChain(['--write', 'false', '--export', record]);
  const { contracts } = JSON.parse(await readFile(record, 'utf8')) as {
    contracts: { Yellowstone: { address: string } };
  };
  connection = await connect({ rpcUrl: chain.rpcUrl, diamond: contracts.Yellowstone.address, pollingIntervalMs: 20 });
  dev = devProvider(chain);
  reads = createReads(connection);
  provider = createWrites(connection, { privateKey: devKey(5) });
  user = createWrites(connection, { privateKey: devKey(6) });

  const mor = DevMor__factory.connect(connection.mor, new Wallet(devKey(0), dev));
  await (await mor.mint(connection.diamond, parseMor('10000'))).wait();
  await (await mor.mint(provider.address, parseMor('10'))).wait();
  await (await mor.mint(user.address, parseMor('100000'))).wait();
}, 120_000);

afterAll(async () => {
  connection?.close();
  dev?.destroy();
  await chain?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a diamond that nobody uses yet', () => {
  it('knows nobody and nothing', async () => {
    expect(await reads.provider(provider.address)).toBeUndefined();
    expect(await reads.model(NOTHING as ModelId)).toBeUndefined();
    expect(await reads.bid(NOTHING as BidId)).toBeUndefined();
    expect(await reads.session(NOTHING as SessionId)).toBeUndefined();
    expect(await reads.models()).toEqual({ items: [], total: 0 });
    expect(await reads.providerBids(provider.address)).toEqual([]);
    expect(await reads.unstaking(user.address)).toEqual({ dueMor: 0n, pending: [] });
  });

  it('tells what taking part costs', async () => {
    expect(await reads.fees()).toMatchObject({
      bidFeeMor: parseMor('0.3'),
      providerMinimumMor: parseMor('0.2'),
      modelMinimumMor: parseMor('0.1'),
      pricePerSecond: { minMor: 10n ** 10n },
    });
  });

  it('takes emission into the pool', async () => {
    expect(await done(user.sync())).toMatchObject({ amountMor: parseMor('10000') });
    expect(await done(user.sync())).toMatchObject({ amountMor: 0n });
    expect(await reads.pool()).toMatchObject({ balanceMor: parseMor('10000'), owedMor: 0n });
    expect(await reads.treasury()).toMatchObject({ poolMor: parseMor('10000'), totalMor: parseMor('10000') });
  });

  it('opens the day, once', async () => {
    const { day, budgetMor } = await done(user.openDay());
    expect(budgetMor).toBe(parseMor('100'));
    expect(await reads.day()).toMatchObject({ day, budgetMor, openedAt: await reads.now() });
    await expect(user.openDay()).rejects.toMatchObject({ code: 'CHAIN_DayAlreadyOpen', args: { day } });
  });
});

describe('the first day of a provider and a user', () => {
  const pricePerSecondMor = parseMor('0.0001');
  let modelId: ModelId;
  let bidId: BidId;
  let sessionId: SessionId;

  it('needs an allowance, and says so', async () => {
    const early = provider.registerProvider({ amountMor: parseMor('0.2'), endpoint: 'provider.example:3333' });
    await expect(early).rejects.toMatchObject({
      code: 'CHAIN_ERC20InsufficientAllowance',
      args: { spender: connection.diamond, needed: parseMor('0.2') },
    });
  });

  it('registers provider and model', async () => {
    await done(provider.approveMor(parseMor('1')));
    const endpoint = 'provider.example:3333';
    const registered = await done(provider.registerProvider({ amountMor: parseMor('0.2'), endpoint }));
    expect(registered).toMatchObject({ provider: provider.address, stakeMor: parseMor('0.2'), endpoint });
    expect((await reads.providers()).items).toEqual([await reads.provider(provider.address)]);

    const model = {
      baseId: BASE_ID,
      ipfsCid: IPFS_CID,
      amountMor: parseMor('0.1'),
      name: 'tiny',
      tags: ['chat', 'en'],
    };
    ({ modelId } = await done(provider.registerModel(model)));
    expect(await reads.model(modelId)).toMatchObject({
      modelId,
      owner: provider.address,
      name: 'tiny',
      tags: ['chat', 'en'],
      isActive: true,
      pending: undefined,
    });
  });

  it('posts bids', async () => {
    const posted = await done(provider.postModelBid({ modelId, pricePerSecondMor }));
    expect(posted).toMatchObject({ modelId, unit: 'second', priceMor: pricePerSecondMor });
    ({ bidId } = posted);
    const token = await done(provider.postTokenBid({ modelId, pricePerTokenMor: 7n }));
    expect(token).toMatchObject({ unit: 'token', priceMor: 7n });
    expect(await reads.modelBids(modelId, 'second')).toEqual({ items: [await reads.bid(bidId)], total: 1 });
    expect((await reads.modelBids(modelId, 'token')).items[0]).toMatchObject({ bidId: token.bidId, unit: 'token' });
    expect(await done(provider.deleteBid(token.bidId))).toMatchObject({ bidId: token.bidId });
    expect(await reads.bid(token.bidId)).toMatchObject({ isActive: false });
    expect(await reads.providerBids(provider.address)).toHaveLength(1);
  });

  it('quotes and opens a session exactly as quoted', async () => {
    const durationSeconds = 600n;
    const quote = await reads.quoteSession({ user: user.address, bidId, durationSeconds, payment: 'pool' });
    expect(quote.costMor).toBe(pricePerSecondMor * durationSeconds);
    await done(user.approveMor(quote.missingStakeMor));

    const domain = messageDomain(connection);
    const message = {
      bidId,
      user: user.address,
      pricePerSecondMor,
      maxDurationSeconds: 3_600n,
      payment: 'pool' as const,
      nonce: 1n,
      deadline: (await reads.now()) + 3_600n,
    };
    const signature = await sign(new Wallet(devKey(5)), sessionApproval(domain, message));
    const request = { bidId, durationSeconds, payment: 'pool' as const, maxPayMor: 0n };
    const opening = { approval: message, signature };
    const tooLittle = { ...request, maxStakeMor: quote.missingStakeMor - 1n };
    await expect(user.openSession({ ...opening, request: tooLittle })).rejects.toMatchObject({
      code: 'CHAIN_StakeMissing',
      args: { missingMor: quote.missingStakeMor },
    });

    const enough = { ...request, maxStakeMor: quote.missingStakeMor };
    const booked = await done(user.openSession({ ...opening, request: enough }));
    expect(booked).toMatchObject({ bidId, costMor: quote.costMor, durationSeconds, approvalNonce: 1n });
    ({ sessionId } = booked);
    const { chainId, diamond } = connection;
    expect([0n, 1n].map((index) => sessionIdOf({ chainId, diamond, index }))).toContain(sessionId);
    expect(await reads.isApprovalUsed(provider.address, 1n)).toBe(true);
    expect(await reads.stake(user.address, 'session')).toMatchObject({ activeMor: quote.missingStakeMor });
    expect((await reads.userSessions(user.address)).items).toEqual([await reads.session(sessionId)]);
    expect(await reads.providerSessions(provider.address)).toEqual(await reads.userSessions(user.address));
    expect(await reads.providerSessions(provider.address, { offset: 1 })).toEqual({ items: [], total: 1 });
    expect(await reads.etherBalance(user.address)).toBe(await dev.getBalance(user.address));
    expect(await reads.session(sessionId)).toMatchObject({ payment: 'pool', isClosed: false, verdict: 'none' });
  });

  it('closes it with a verdict and a signed receipt', async () => {
    await moveOn(300n);
    const deadline = (await reads.now()) + 3_600n;
    const receipt = {
      sessionId,
      inputTokens: 10n,
      outputTokens: 20n,
      tokensPerSecondMilli: 5_000n,
      ttftMs: 40n,
      deadline,
    };
    const signature = await sign(new Wallet(devKey(5)), sessionReceipt(messageDomain(connection), receipt));
    const settled = await done(user.closeSession({ sessionId, verdict: 'pass', receipt, signature }));
    expect(settled).toMatchObject({ closedBy: user.address, verdict: 'pass', inputTokens: 10n, backToPoolMor: 0n });
    expect(settled.creditedMor).toBe(settled.usedSeconds * pricePerSecondMor);
    expect(settled.creditedMor + settled.returnedMor).toBe(600n * pricePerSecondMor);
    expect(await reads.statistics(modelId, provider.address)).toMatchObject({ sessions: 1n, passes: 1n, tokens: 30n });
    expect(await reads.sessionCredits(provider.address)).toEqual({ vestedMor: 0n, unvestedMor: settled.creditedMor });
    await expect(user.closeSession({ sessionId })).rejects.toMatchObject({ code: 'CHAIN_SessionAlreadyClosed' });
  });

  it('changes payout, price and version', async () => {
    const payout = await done(provider.setPayout(user.address));
    expect(payout.newPayout).toBe(user.address);
    await done(provider.setPayout(provider.address));

    const soon = provider.repriceBid({ bidId, newPriceMor: 2n * pricePerSecondMor });
    await expect(soon).rejects.toMatchObject({ code: 'CHAIN_RepriceTooSoon' });
    await moveOn(3_600n);
    const repriced = await done(provider.repriceBid({ bidId, newPriceMor: 2n * pricePerSecondMor }));
    expect(repriced).toMatchObject({ priceMor: 2n * pricePerSecondMor });
    expect(repriced.bidId).not.toBe(bidId);
    bidId = repriced.bidId;

    const { version } = await done(provider.retireModel(modelId));
    expect(await reads.bid(bidId)).toMatchObject({ isActive: false });
    expect(await done(provider.confirmBid(bidId))).toMatchObject({ modelVersion: version });
    expect(await reads.bid(bidId)).toMatchObject({ isActive: true });
  });

  it('takes the stake back, and is paid two days later', async () => {
    const { activeMor } = await reads.stake(user.address, 'session');
    const unstaked = await done(user.unstake({ purpose: 'session', amountMor: activeMor }));
    expect((await reads.unstaking(user.address)).pending).toEqual([
      { amountMor: activeMor, withdrawableAt: unstaked.withdrawableAt },
    ]);
    await expect(user.withdrawStake()).rejects.toMatchObject({ code: 'CHAIN_NothingToWithdraw' });
    await expect(user.claimSessionCredits({ provider: provider.address })).rejects.toMatchObject({
      code: 'CHAIN_NothingVested',
    });

    await moveOn(2n * DAY_SECONDS);
    expect(await done(user.withdrawStake())).toMatchObject({ amountMor: activeMor });
    const { vestedMor } = await reads.sessionCredits(provider.address);
    const before = await reads.morBalance(provider.address);
    const claimed = await done(user.claimSessionCredits({ provider: provider.address }));
    expect(claimed).toMatchObject({ paidMor: vestedMor, leftMor: 0n });
    expect(await reads.morBalance(provider.address)).toBe(before + vestedMor);
  });

  it('leaves nobody a delegate of anybody', async () => {
    const question = { delegate: provider.address, account: user.address, rights: 'session' as const };
    expect(await reads.isDelegate(question)).toBe(false);
    expect(await reads.directOwed(provider.address)).toBe(0n);
  });

  it('ends with everything given back', async () => {
    await done(provider.deleteBid(bidId));
    expect(await done(provider.deregisterModel(modelId))).toMatchObject({ returnedMor: parseMor('0.1') });
    expect(await done(provider.deregisterProvider())).toMatchObject({ returnedMor: parseMor('0.2'), keptMor: 0n });
    expect(await reads.provider(provider.address)).toMatchObject({ isActive: false, stakeMor: 0n });
  });

  it('tells the money of the provider, and of nobody else', async () => {
    const head = (await readBlockPoint(connection))!;
    const range = { fromBlock: 0n, toBlock: head.number };
    const { closings, payments } = await readProviderMoney(connection, { provider: provider.address, ...range });
    expect(closings).toMatchObject([{ sessionId, keptMor: 0n, backToPoolMor: 0n }]);
    expect(payments).toMatchObject([{ kind: 'credits', paidMor: closings[0]?.creditedMor }]);
    expect(closings[0]?.creditedMor).toBe((closings[0]?.usedSeconds ?? 0n) * pricePerSecondMor);
    const [closedAt, paidAt] = [closings[0]?.closedAt ?? 0n, payments[0]?.paidAt ?? 0n];
    expect(paidAt - closedAt).toBeGreaterThanOrEqual(2n * DAY_SECONDS);
    expect(await readProviderMoney(connection, { provider: user.address, ...range })).toEqual({
      closings: [],
      payments: [],
    });
    const empty = { provider: provider.address, fromBlock: 0n, toBlock: 1n };
    expect((await readProviderMoney(connection, empty)).closings).toEqual([]);
  });

  it('finds the first block since a point in time', async () => {
    const head = (await readBlockPoint(connection))!;
    const before = (await readBlockPoint(connection, head.number - 1n))!;
    expect(await firstBlockSince(connection, 0n)).toBe(0n);
    expect(await firstBlockSince(connection, head.timestamp)).toBe(head.number);
    expect(await firstBlockSince(connection, before.timestamp)).toBe(before.number);
    expect(await firstBlockSince(connection, before.timestamp + 1n)).toBe(head.number);
    expect(await firstBlockSince(connection, head.timestamp + 1n)).toBe(head.number + 1n);
    expect(await readBlockPoint(connection, head.number + 1n)).toBeUndefined();
  });

  it('can be read again from its events', async () => {
    const stop = new AbortController();
    const events: DiamondEvent[] = [];
    for await (const event of followEvents(connection, { fromBlock: 0n, signal: stop.signal })) {
      events.push(event);
      if (event.name === 'ProviderDeregistered') stop.abort();
    }
    const names = events.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['DiamondCut', 'DayOpened', 'SessionBooked', 'SessionCreditsClaimed']),
    );
    const model = events.find((event) => event.name === 'ModelUpdated');
    expect(model?.args).toMatchObject({ modelId, name: 'tiny', tags: ['chat', 'en'] });
  });
});
