import { connect, createWrites, type Connection, type Receipt } from '@yellowstone/client';
import { parseAddress } from '@yellowstone/protocol';
import { Wallet } from 'ethers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../database/open-database.js';
import { DATABASES, openEmpty, silentLog } from '../testing/databases.js';
import { devKey, startLocalChain, type LocalChain } from '../testing/local-chain.js';
import { startMoodyRpc } from '../testing/moody-rpc.js';
import { createChainJournal, type ChainJournal, type JournalOptions } from './create-chain-journal.js';
import type { IntentRequest } from './intent.js';

let chain: LocalChain;
let connection: Connection;
let accounts = 0;

beforeAll(async () => {
  chain = await startLocalChain();
  connection = await connect({ rpcUrl: chain.rpcUrl, diamond: chain.diamond, pollingIntervalMs: 20 });
});

afterAll(async () => {
  connection?.close();
  await chain?.stop();
});

const FUNDS = 1_000n;
const GWEI = 10n ** 9n;

/** A key with ETH and MOR that no other test uses. */
async function freshKey(): Promise<string> {
  const key = `0x${(++accounts).toString(16).padStart(64, '7')}`;
  const { address } = new Wallet(key);
  await chain.provider.send('hardhat_setBalance', [address, '0x8ac7230489e80000']);
  await chain.mor.mint(address, FUNDS);
  await chain.provider.send('evm_mine', []);
  return key;
}

/** One MOR-wei to an account of its own: the balance counts the effects. */
function effect(index: number): IntentRequest & { readonly account: string } {
  const account = parseAddress(`0x${(accounts * 10_000 + index).toString(16).padStart(40, 'e')}`);
  const data = chain.mor.interface.encodeFunctionData('transfer', [account, 1n]);
  return { kind: 'transfer', to: connection.mor, data, idempotencyKey: `effect ${index}`, account };
}

describe.each(DATABASES)('the chain journal on %s', (kind) => {
  let database: Database;
  let wallet: string;
  const opened: ChainJournal[] = [];

  beforeAll(async () => {
    database = await openEmpty(kind);
  });
  afterAll(() => database?.close());
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((journal) => journal.stop()));
  });

  async function open(options: JournalOptions = {}, clock = { now: Date.now }): Promise<ChainJournal> {
    wallet = await freshKey();
    return reopen(options, clock);
  }

  function reopen(options: JournalOptions = {}, clock = { now: Date.now }, link = connection): ChainJournal {
    const deps = { database, connection: link, wallet: { privateKey: wallet }, clock, log: silentLog };
    const journal = createChainJournal(deps, options);
    opened.push(journal);
    return journal;
  }

  const effectsOf = (account: string): Promise<bigint> => chain.mor.balanceOf(account);

  it('brings 200 concurrent intents of one key onto the chain, each once, with gapless nonces', async () => {
    const journal = await open();
    const requests = Array.from({ length: 200 }, (_, index) => effect(index));
    const submitted = await Promise.all(requests.map((request) => journal.submit(request)));
    const receipts = await Promise.all(submitted.map(({ wait }) => wait({ timeoutMs: 100_000 })));
    const nonces = await Promise.all(
      receipts.map(async ({ hash }) => (await chain.provider.getTransaction(hash))?.nonce),
    );
    expect(nonces.sort((a, b) => a! - b!)).toEqual(requests.map((_, index) => index));
    expect(await chain.provider.getTransactionCount(journal.address)).toBe(200);
    for (const { account } of requests) expect(await effectsOf(account)).toBe(1n);
    expect(await journal.unfinished()).toEqual([]);
  }, 120_000);

  it('gives the same intent for the same idempotency key, and refuses another call under it', async () => {
    const journal = await open();
    const request = effect(0);
    const [first, again] = await Promise.all([journal.submit(request), journal.submit(request)]);
    expect(again.id).toBe(first.id);
    await first.wait();
    const later = await journal.submit(request);
    expect((await later.wait()).hash).toBe(await first.hash());
    expect(await effectsOf(request.account)).toBe(1n);
    await expect(journal.submit({ ...request, value: 1n })).rejects.toMatchObject({ code: 'intent_differs' });
    expect(await journal.find('effect 0')).toMatchObject({ id: first.id, state: 'mined', kind: 'transfer' });
    expect(await journal.find('effect 1')).toBeUndefined();
  });

  it('keeps receipt and events as proof', async () => {
    const journal = await open();
    const request = effect(0);
    const receipt: Receipt = await (await journal.submit(request)).wait();
    const onChain = await chain.provider.getTransactionReceipt(receipt.hash);
    expect(receipt).toMatchObject({ blockHash: onChain?.blockHash, gasUsed: onChain?.gasUsed });
    expect(receipt.logs.map(({ topics, data, index }) => ({ topics, data, index }))).toEqual(
      onChain?.logs.map(({ topics, data, index }) => ({ topics: [...topics], data, index })),
    );
  });

  it('refuses what would revert, decoded, without spending a nonce', async () => {
    const journal = await open();
    const data = chain.mor.interface.encodeFunctionData('transfer', [parseAddress(`0x${'11'.repeat(20)}`), FUNDS + 1n]);
    const refused = await journal.submit({ kind: 'transfer', to: connection.mor, data });
    const failure = { code: 'CHAIN_ERC20InsufficientBalance', args: { balance: FUNDS, needed: FUNDS + 1n } };
    await expect(refused.wait()).rejects.toMatchObject(failure);
    await expect(refused.hash()).rejects.toMatchObject(failure);
    const request = effect(0);
    await (await journal.submit(request)).wait();
    expect(await chain.provider.getTransactionCount(journal.address)).toBe(1);
  });

  it('says that an account cannot pay the gas, before it spends a nonce', async () => {
    const journal = await open();
    await chain.provider.send('hardhat_setBalance', [journal.address, '0x1']);
    const poor = await journal.submit(effect(0));
    await expect(poor.wait()).rejects.toMatchObject({ code: 'CHAIN_NO_GAS_MONEY' });
  });

  it('serves the writes of the client', async () => {
    const journal = await open();
    const writes = createWrites(connection, journal.sender({ idempotencyKey: 'approve' }));
    const sent = await writes.approveMor(7n);
    await expect(sent.wait()).resolves.toMatchObject({ amountMor: 7n });
    const again = await writes.approveMor(7n);
    expect(again.hash).toBe(sent.hash);
    expect(writes.address).toBe(journal.address);
    const refused = createWrites(connection, journal.sender()).transferMor({
      to: writes.address,
      amountMor: FUNDS + 1n,
    });
    await expect(refused).rejects.toMatchObject({ code: 'CHAIN_ERC20InsufficientBalance' });
  });

  it('gives up an intent that could not be signed in time, and only such a one', async () => {
    let now = 1_000;
    const journal = await open({}, { now: () => now });
    const late = await journal.submit({ ...effect(0), expiresAt: 1_000 });
    await expect(late.wait()).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
    const early = await journal.submit({ ...effect(1), expiresAt: 1_001 });
    await early.hash();
    now = 2_000;
    await early.wait();
    expect(await effectsOf(effect(0).account)).toBe(0n);
  });

  it('bounds what waits', async () => {
    const journal = await open({ maxUnfinished: 0 });
    await expect(journal.submit(effect(0))).rejects.toMatchObject({ code: 'CHAIN_QUEUE_FULL' });
  });

  it('takes up a chain write of another process', async () => {
    const journal = await open();
    const submitted = await journal.submit(effect(0));
    await submitted.wait();
    const resumed = await reopen().resume(submitted.id);
    expect((await resumed.wait()).hash).toBe(await submitted.hash());
    await expect(journal.resume(10_000_000n)).rejects.toMatchObject({ code: 'intent_unknown' });
  });

  it('lets two journals of one key share a database: no nonce is used twice', async () => {
    const journals = [await open(), reopen()];
    const requests = Array.from({ length: 30 }, (_, index) => effect(index));
    const all = requests.flatMap((request) => journals.map((journal) => journal.submit(request)));
    await Promise.all((await Promise.all(all)).map(({ wait }) => wait({ timeoutMs: 60_000 })));
    for (const { account } of requests) expect(await effectsOf(account)).toBe(1n);
    expect(await chain.provider.getTransactionCount(journals[0]!.address)).toBe(30);
  }, 60_000);

  it('uses the nonce after those that another program used, and renumbers what lost its nonce', async () => {
    const journal = await open({ looksInDoubt: 2, stuckMs: 1e9 });
    const other = new Wallet(wallet, chain.provider);
    await (await other.sendTransaction({ to: other.address, value: 1n })).wait();
    const first = effect(0);
    await (await journal.submit(first)).wait();
    expect(await chain.provider.getTransactionCount(journal.address)).toBe(2);

    await chain.provider.send('evm_setAutomine', [false]);
    const second = effect(1);
    const submitted = await journal.submit(second);
    const hash = await submitted.hash();
    // The node forgets the transaction, and somebody else comes first.
    await journal.stop();
    await chain.provider.send('hardhat_dropTransaction', [hash]);
    await other.sendTransaction({ to: other.address, value: 1n, nonce: 2 });
    await chain.provider.send('evm_mine', []);
    await chain.provider.send('evm_setAutomine', [true]);
    const later = reopen({ looksInDoubt: 2 });
    await later.recover();
    await (await later.resume(submitted.id)).wait();
    expect(await effectsOf(second.account)).toBe(1n);
    expect(await chain.provider.getTransactionCount(journal.address)).toBe(4);
  });

  describe('given a chain that makes no blocks by itself', () => {
    beforeAll(() => chain.provider.send('evm_setAutomine', [false]));
    afterAll(() => chain.provider.send('evm_setAutomine', [true]));
    const mine = (): Promise<unknown> => chain.provider.send('evm_mine', []);

    it('prices a stuck transaction again under the same nonce, keeps both hashes, and takes the receipt of either', async () => {
      let now = Date.now();
      const journal = await open({ stuckMs: 1_000 }, { now: () => now });
      const request = effect(0);
      const submitted = await journal.submit(request);
      const cheap = await submitted.hash();
      now += 1_000;
      await expect.poll(() => submitted.hash(), { timeout: 10_000 }).not.toBe(cheap);
      const dear = await submitted.hash();
      await expect.poll(async () => (await chain.provider.getTransaction(dear))?.nonce, { timeout: 10_000 }).toBe(0);
      const [old, replacement] = await transactions([cheap, dear]);
      expect(replacement).toMatchObject({ nonce: old!.nonce, attempt: 2 });
      await mine();
      expect((await submitted.wait()).hash).toBe(dear);
      expect(await effectsOf(request.account)).toBe(1n);
    });

    it('follows a gas spike: prices a transaction again that has become too cheap, under the same nonce (scenario 47)', async () => {
      let now = Date.now();
      const journal = await open({ stuckMs: 1_000 }, { now: () => now });
      const request = effect(0);
      const submitted = await journal.submit(request);
      const cheap = await submitted.hash();
      await expect.poll(() => chain.provider.getTransaction(cheap), { timeout: 10_000 }).not.toBeNull();
      await chain.provider.send('hardhat_setNextBlockBaseFeePerGas', [`0x${(500n * GWEI).toString(16)}`]);
      await mine();
      expect(await effectsOf(request.account)).toBe(0n);

      now += 1_000;
      await expect.poll(() => submitted.hash(), { timeout: 10_000 }).not.toBe(cheap);
      const dear = await submitted.hash();
      await expect.poll(async () => (await chain.provider.getTransaction(dear))?.nonce, { timeout: 10_000 }).toBe(0);
      await mine();
      const receipt = await submitted.wait();
      expect(receipt.hash).toBe(dear);
      expect((await chain.provider.getBlock(receipt.blockNumber))?.baseFeePerGas).toBeGreaterThan(100n * GWEI);
      expect(await effectsOf(request.account)).toBe(1n);
      expect(await chain.provider.getTransactionCount(journal.address)).toBe(1);
      // Back to normal for those who come next.
      await chain.provider.send('hardhat_setNextBlockBaseFeePerGas', ['0x3b9aca00']);
      await mine();
    });

    it('prices a transaction again as often as it is allowed to, and no more while gas is not dearer', async () => {
      let now = Date.now();
      const journal = await open({ stuckMs: 1_000, maxAttempts: 3 }, { now: () => now });
      const request = effect(0);
      const submitted = await journal.submit(request);
      const hashes = [await submitted.hash()];
      for (let attempt = 2; attempt <= 3; attempt += 1) {
        now += 1_000;
        await expect.poll(() => submitted.hash(), { timeout: 10_000 }).not.toBe(hashes.at(-1));
        hashes.push(await submitted.hash());
      }
      now += 1_000;
      await journal.recover();
      await journal.recover();
      expect(await submitted.hash()).toBe(hashes.at(-1));
      const signed = await transactions(hashes);
      expect(signed.map(({ nonce, attempt }) => [Number(nonce), attempt])).toEqual([
        [0, 1],
        [0, 2],
        [0, 3],
      ]);
      await mine();
      expect((await submitted.wait()).hash).toBe(hashes.at(-1));
      expect(await effectsOf(request.account)).toBe(1n);
    });

    it('follows a gas spike beyond that, or every later write would wait for its end (scenario 47)', async () => {
      let now = Date.now();
      const journal = await open({ stuckMs: 1_000, maxAttempts: 1 }, { now: () => now });
      const request = effect(0);
      const submitted = await journal.submit(request);
      const cheap = await submitted.hash();
      await expect.poll(() => chain.provider.getTransaction(cheap), { timeout: 10_000 }).not.toBeNull();
      now += 1_000;
      await journal.recover();
      expect(await submitted.hash()).toBe(cheap);
      await chain.provider.send('hardhat_setNextBlockBaseFeePerGas', [`0x${(500n * GWEI).toString(16)}`]);
      await mine();
      await expect.poll(() => submitted.hash(), { timeout: 10_000 }).not.toBe(cheap);
      const dear = await submitted.hash();
      await expect.poll(() => chain.provider.getTransaction(dear), { timeout: 10_000 }).not.toBeNull();
      await mine();
      expect((await submitted.wait()).hash).toBe(dear);
      expect(await effectsOf(request.account)).toBe(1n);
      await chain.provider.send('hardhat_setNextBlockBaseFeePerGas', ['0x3b9aca00']);
      await mine();
    });

    it('fills the gap that a dropped transaction of another program leaves', async () => {
      let now = Date.now();
      const journal = await open({ stuckMs: 1_000 }, { now: () => now });
      const other = new Wallet(wallet, chain.provider);
      const foreign = await other.sendTransaction({ to: other.address, value: 1n });
      const request = effect(0);
      const submitted = await journal.submit(request);
      await submitted.hash();
      await chain.provider.send('hardhat_dropTransaction', [foreign.hash]);
      await mine();
      expect(await effectsOf(request.account)).toBe(0n);
      now += 1_000;
      await expect
        .poll(async () => (await mine(), chain.provider.getTransactionCount(journal.address)), { timeout: 10_000 })
        .toBe(2);
      await submitted.wait();
      expect(await effectsOf(request.account)).toBe(1n);
    });

    it('takes the receipt of the first hash when that one is included after all', async () => {
      let now = Date.now();
      const journal = await open({ stuckMs: 1_000 }, { now: () => now });
      const request = effect(0);
      const submitted = await journal.submit(request);
      const cheap = await submitted.hash();
      now += 1_000;
      await expect.poll(() => submitted.hash(), { timeout: 10_000 }).not.toBe(cheap);
      const dear = await submitted.hash();
      await journal.stop();
      // A miner that never saw the second one.
      const [first] = await transactions([cheap]);
      await chain.provider.send('hardhat_dropTransaction', [dear]);
      await chain.provider.send('eth_sendRawTransaction', [first!.raw_transaction]);
      await mine();
      const later = reopen();
      expect(await later.recover()).toEqual({ unfinished: 1 });
      expect((await (await later.resume(submitted.id)).wait()).hash).toBe(cheap);
      expect(await effectsOf(request.account)).toBe(1n);
    });

    it('sends the same bytes again when the node forgot them', async () => {
      let now = Date.now();
      const journal = await open({ resendMs: 1_000 }, { now: () => now });
      const submitted = await journal.submit(effect(0));
      const hash = await submitted.hash();
      await expect.poll(() => chain.provider.getTransaction(hash), { timeout: 10_000 }).not.toBeNull();
      await chain.provider.send('hardhat_dropTransaction', [hash]);
      now += 1_000;
      await expect.poll(() => chain.provider.getTransaction(hash), { timeout: 10_000 }).not.toBeNull();
      await mine();
      expect((await submitted.wait()).hash).toBe(hash);
    });

    it('tells what reverted in its block, decoded, with the receipt', async () => {
      const journal = await open();
      const thief = new Wallet(devKey(2), chain.provider);
      await chain.mor.connect(new Wallet(wallet, chain.provider)).approve(thief.address, FUNDS);
      await mine();
      const data = chain.mor.interface.encodeFunctionData('transfer', [effect(0).account, FUNDS]);
      const submitted = await journal.submit({ kind: 'transfer', to: connection.mor, data });
      const hash = await submitted.hash();
      // The thief offers more and is therefore first in the block.
      const first = { maxPriorityFeePerGas: 50n * GWEI, maxFeePerGas: 90n * GWEI, gasLimit: 100_000n };
      await chain.mor.connect(thief).transferFrom(journal.address, thief.address, FUNDS, first);
      await expect.poll(() => chain.provider.getTransaction(hash), { timeout: 10_000 }).not.toBeNull();
      await mine();
      const failure = { code: 'CHAIN_ERC20InsufficientBalance', args: { needed: FUNDS } };
      await expect(submitted.wait()).rejects.toMatchObject(failure);
      const { state, receipt } = (await stateOf(submitted.id))!;
      expect([state, receipt !== null]).toEqual(['failed', true]);
    });

    it('waits for as many blocks as it is told', async () => {
      const journal = await open({ confirmations: 3 });
      const submitted = await journal.submit(effect(0));
      const hash = await submitted.hash();
      await expect.poll(() => chain.provider.getTransaction(hash), { timeout: 10_000 }).not.toBeNull();
      await mine();
      await expect(submitted.wait({ timeoutMs: 300 })).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
      await mine();
      await mine();
      await submitted.wait();
    });

    it('ends waiting with the signal and with the journal', async () => {
      const journal = await open();
      const submitted = await journal.submit(effect(0));
      await submitted.hash();
      const aborted = submitted.wait({ signal: AbortSignal.abort() });
      await expect(aborted).rejects.toMatchObject({ code: 'CHAIN_ABORTED' });
      const waiting = submitted.wait();
      await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'CHAIN_ABORTED' }), journal.stop()]);
      await mine();
    });

    it('follows an intent again when its block is gone', async () => {
      const journal = await open({ looksInDoubt: 2 });
      const snapshot: unknown = await chain.provider.send('evm_snapshot', []);
      const request = effect(0);
      const submitted = await journal.submit(request);
      const hash = await submitted.hash();
      await expect.poll(() => chain.provider.getTransaction(hash), { timeout: 10_000 }).not.toBeNull();
      await mine();
      await submitted.wait();
      await journal.stop();
      await chain.provider.send('evm_revert', [snapshot]);
      expect(await effectsOf(request.account)).toBe(0n);
      const later = reopen({ looksInDoubt: 2 });
      await later.recover();
      await later.recover();
      expect(await later.unfinished()).toMatchObject([{ id: submitted.id, receipt: undefined }]);
      await expect
        .poll(async () => (await mine(), (await later.find('effect 0'))?.state), { timeout: 10_000, interval: 100 })
        .toBe('mined');
      expect(await effectsOf(request.account)).toBe(1n);
    });
  });

  it.each(['down', 'busy', 'deaf'] as const)('starts and goes on by itself after an endpoint was %s', async (mood) => {
    wallet = await freshKey();
    const rpc = await startMoodyRpc(chain.rpcUrl);
    const options = { rpcUrl: rpc.rpcUrl, diamond: chain.diamond, pollingIntervalMs: 20, requestTimeoutMs: 300 };
    const moody = await connect(options);
    rpc.mood = mood;
    const journal = reopen({}, { now: Date.now }, moody);
    expect(await journal.recover()).toEqual({ unfinished: 0 });
    const requests = Array.from({ length: 5 }, (_, index) => effect(index));
    const submitted = await Promise.all(requests.map((request) => journal.submit(request)));
    await expect(submitted[0]!.wait({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
    rpc.mood = 'up';
    await submitted[2]!.hash({ timeoutMs: 20_000 });
    rpc.mood = mood;
    setTimeout(() => (rpc.mood = 'up'), 200);
    await Promise.all(submitted.map(({ wait }) => wait({ timeoutMs: 20_000 })));
    for (const { account } of requests) expect(await effectsOf(account)).toBe(1n);
    expect(await chain.provider.getTransactionCount(journal.address)).toBe(5);
    await journal.stop();
    moody.close();
    await rpc.stop();
  });

  it.each(['down', 'busy', 'deaf', 'stranger', 'forgetful'] as const)(
    'goes on at once when the preferred of two endpoints is %s: each intent has one effect',
    async (mood) => {
      wallet = await freshKey();
      const rpc = await startMoodyRpc(chain.rpcUrl);
      const link = await connect({
        rpcUrls: [rpc.rpcUrl, chain.rpcUrl],
        diamond: chain.diamond,
        expectedChainId: connection.chainId,
        pollingIntervalMs: 20,
        requestTimeoutMs: 1_000,
      });
      const journal = reopen({ looksInDoubt: 2 }, { now: Date.now }, link);
      const requests = Array.from({ length: 12 }, (_, index) => effect(index));
      const submitted = await Promise.all(
        requests.map(async (request, index) => {
          const intent = await journal.submit(request);
          await intent.hash();
          if (index === 3) rpc.mood = mood;
          return intent;
        }),
      );
      const receipts = await Promise.all(submitted.map(({ wait }) => wait({ timeoutMs: 20_000 })));
      expect(new Set(receipts.map(({ hash }) => hash)).size).toBe(requests.length);
      rpc.mood = 'up';
      const last = await journal.submit(effect(99));
      await last.wait({ timeoutMs: 20_000 });
      for (const { account } of requests) expect(await effectsOf(account)).toBe(1n);
      expect(await chain.provider.getTransactionCount(journal.address)).toBe(requests.length + 1);
      await journal.stop();
      link.close();
      await rpc.stop();
    },
  );

  it('keeps a nonce whose transaction is in a block although no endpoint has its receipt (scenario 46)', async () => {
    wallet = await freshKey();
    const rpc = await startMoodyRpc(chain.rpcUrl);
    const link = await connect({ rpcUrl: rpc.rpcUrl, diamond: chain.diamond, pollingIntervalMs: 20 });
    rpc.mood = 'forgetful';
    const journal = reopen({ looksInDoubt: 1 }, { now: Date.now }, link);
    const request = effect(0);
    const submitted = await journal.submit(request);
    const hash = await submitted.hash();
    await expect.poll(() => effectsOf(request.account), { timeout: 10_000 }).toBe(1n);
    for (let look = 0; look < 5; look += 1) await journal.recover();
    expect(await journal.unfinished()).toMatchObject([{ state: 'sent', nonce: 0 }]);
    rpc.mood = 'up';
    expect((await submitted.wait({ timeoutMs: 20_000 })).hash).toBe(hash);
    expect(await effectsOf(request.account)).toBe(1n);
    expect(await chain.provider.getTransactionCount(journal.address)).toBe(1);
    await journal.stop();
    link.close();
    await rpc.stop();
  });

  it('refuses a chain that was started anew under the same id', async () => {
    const journal = await open();
    await (await journal.submit(effect(0))).wait();
    const provider = new Proxy(connection.provider, {
      get: (target, name) =>
        name === 'getBlock' ? async () => ({ hash: '0xother' }) : (Reflect.get(target, name) as unknown),
    });
    const anew = reopen({}, { now: Date.now }, { ...connection, provider });
    await expect(anew.recover()).rejects.toMatchObject({ code: 'chain_replaced' });
    await expect(anew.submit(effect(1))).rejects.toMatchObject({ code: 'chain_replaced' });
  });

  function stateOf(id: bigint) {
    return database.sql
      .selectFrom('chain_intents')
      .select(['state', 'receipt'])
      .where('id', '=', id)
      .executeTakeFirst();
  }

  function transactions(hashes: string[]) {
    return database.sql
      .selectFrom('chain_transactions')
      .selectAll()
      .where('hash', 'in', hashes)
      .orderBy('attempt')
      .execute();
  }
});
