import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { DevMor__factory, type DevMor } from '@yellowstone/contracts';
import { parseAddress, type Address } from '@yellowstone/protocol';
import { parseUnits, Wallet, type JsonRpcProvider } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainIdOf, connect, createReads, createWrites, followEventBatches, type Connection } from './index.js';
import { losingAnswers } from './testing/losing-answers.js';
import { devKey, devProvider, freePort, startLocalChain, type LocalChain } from './testing/local-chain.js';

const MOR = 10n ** 18n;
const BOB = parseAddress('0x90F79bf6EB2c4f870365E785982E1f101E93b906');

let chain: LocalChain;
let provider: JsonRpcProvider;
let mor: DevMor;
let diamond: Address;
let connection: Connection;

/** Code that answers every call with the address of MOR: enough of a diamond to connect to. */
async function deployStandIn(deployer: Wallet, token: string): Promise<Address> {
  const code = `73${token.slice(2)}5f5260205ff3`;
  const length = (code.length / 2).toString(16);
  const sent = await deployer.sendTransaction({ data: `0x60${length}600c60003960${length}6000f3${code}` });
  const receipt = await sent.wait();
  return parseAddress(receipt?.contractAddress ?? '');
}

beforeAll(async () => {
  chain = await startLocalChain(['--no-deploy']);
  provider = devProvider(chain);
  const deployer = new Wallet(devKey(0), provider);
  mor = await new DevMor__factory(deployer).deploy();
  await mor.waitForDeployment();
  diamond = await deployStandIn(deployer, await mor.getAddress());
  connection = await connect({ rpcUrl: chain.rpcUrl, diamond, pollingIntervalMs: 20 });
}, 90_000);

afterAll(async () => {
  connection?.close();
  provider?.destroy();
  await chain?.stop();
});

describe('connect', () => {
  it('finds chain, diamond and MOR', async () => {
    expect(connection.chainId).toBe(31_337n);
    expect(connection.diamond).toBe(diamond);
    expect(connection.mor).toBe(await mor.getAddress());
  });

  it('does all of it over a WebSocket as well', async () => {
    const rpcUrl = chain.rpcUrl.replace('http', 'ws');
    expect(await chainIdOf({ rpcUrl })).toBe(31_337n);
    const line = await connect({ rpcUrl, diamond, pollingIntervalMs: 20 });
    const sent = await createWrites(line, { privateKey: devKey(1) }).approveMor(5n * MOR);
    await sent.wait();
    const account = parseAddress(new Wallet(devKey(1)).address);
    expect(await createReads(line).morAllowance(account)).toBe(5n * MOR);
    line.close();
  });

  it('refuses another chain', async () => {
    const wrong = connect({ rpcUrl: chain.rpcUrl, diamond, expectedChainId: 42_161 });
    await expect(wrong).rejects.toMatchObject({
      code: 'CHAIN_WRONG_CHAIN',
      args: { chainId: 31_337n, expectedChainId: 42_161n },
    });
  });

  it('refuses an address without code', async () => {
    const empty = connect({ rpcUrl: chain.rpcUrl, diamond: BOB });
    await expect(empty).rejects.toMatchObject({ code: 'CHAIN_NO_CODE', args: { diamond: BOB } });
  });

  it('refuses another contract', async () => {
    const token = connect({ rpcUrl: chain.rpcUrl, diamond: connection.mor });
    await expect(token).rejects.toMatchObject({ code: 'CHAIN_NOT_A_DIAMOND' });
  });

  it('refuses what is no address, and what is no URL', async () => {
    const noAddress = connect({ rpcUrl: chain.rpcUrl, diamond: '0x12' });
    await expect(noAddress).rejects.toMatchObject({ code: 'CHAIN_INVALID_ARGUMENT', args: { diamond: '0x12' } });
    const noUrl = connect({ rpcUrl: 'localhost:8545', diamond });
    await expect(noUrl).rejects.toMatchObject({ code: 'CHAIN_INVALID_ARGUMENT' });
  });

  it('tells that nobody listens', async () => {
    const nobody = connect({ rpcUrl: `http://127.0.0.1:${await freePort()}`, diamond });
    await expect(nobody).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' });
  });

  describe('given a server that is no node', () => {
    let server: Server;
    const serve = async (answer: 'nothing' | 'a page'): Promise<string> => {
      server = createServer((_, response) => void (answer === 'a page' && response.end('<html></html>')));
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const close = (): void => {
      server.closeAllConnections();
      server.close();
    };

    it('gives up after the timeout', async () => {
      const silent = connect({ rpcUrl: await serve('nothing'), diamond, requestTimeoutMs: 50 });
      await expect(silent).rejects.toMatchObject({ code: 'CHAIN_TIMEOUT' });
      close();
    });

    it('gives up when it is told to', async () => {
      const stop = new AbortController();
      const silent = connect({ rpcUrl: await serve('nothing'), diamond }, { signal: stop.signal });
      setImmediate(() => stop.abort());
      await expect(silent).rejects.toMatchObject({ code: 'CHAIN_ABORTED' });
      close();
    });

    it('says that it is none', async () => {
      const page = connect({ rpcUrl: await serve('a page'), diamond });
      await expect(page).rejects.toMatchObject({ code: 'CHAIN_RPC_FAILED' });
      close();
    });
  });
});

describe('writes', () => {
  it('approve and transfer MOR, and reads see it at once', async () => {
    const reads = createReads(connection);
    const writes = createWrites(connection, { privateKey: devKey(0) });
    await (await mor.mint(writes.address, 10n * MOR)).wait();

    const approved = await (await writes.approveMor(3n * MOR)).wait();
    expect(approved).toMatchObject({ amountMor: 3n * MOR });
    expect(approved.gasUsed).toBeGreaterThan(21_000n);
    expect(await reads.morAllowance(writes.address)).toBe(3n * MOR);

    const before = await reads.morBalance(BOB);
    await (await writes.transferMor({ to: BOB, amountMor: MOR })).wait();
    expect(await reads.morBalance(BOB)).toBe(before + MOR);
  });

  it('take an ethers signer as well', async () => {
    const signer = new Wallet(devKey(0));
    const sent = await createWrites(connection, signer).approveMor(1n);
    await expect(sent.wait()).resolves.toMatchObject({ amountMor: 1n });
  });

  it('leave signing and numbering to a wallet that does it itself', async () => {
    const signer = await provider.getSigner(0);
    const sent = await createWrites(connection, signer).approveMor(2n);
    await expect(sent.wait()).resolves.toMatchObject({ amountMor: 2n });
  });

  it('refuse before sending what would revert, decoded', async () => {
    const writes = createWrites(connection, { privateKey: devKey(1) });
    const nonce = await provider.getTransactionCount(writes.address);
    await expect(writes.transferMor({ to: BOB, amountMor: MOR })).rejects.toMatchObject({
      code: 'CHAIN_ERC20InsufficientBalance',
      args: { sender: writes.address, balance: 0n, needed: MOR },
    });
    expect(await provider.getTransactionCount(writes.address)).toBe(nonce);
  });

  it('refuse values that the contract cannot take', async () => {
    const writes = createWrites(connection, { privateKey: devKey(1) });
    await expect(writes.approveMor(-1n)).rejects.toMatchObject({ code: 'CHAIN_INVALID_ARGUMENT' });
  });

  it('say that an account has no gas money', async () => {
    const poor = createWrites(connection, { privateKey: `0x${'42'.repeat(32)}` });
    await expect(poor.approveMor(1n)).rejects.toMatchObject({ code: 'CHAIN_NO_GAS_MONEY' });
  });

  it('never show a key', () => {
    const wrong = (): unknown => createWrites(connection, { privateKey: '0xsecret' });
    expect(wrong).toThrow(/privateKey: \[secret\]/);
  });

  it('give each of many at once its own nonce, from any number of wrappers of one key', async () => {
    const first = createWrites(connection, { privateKey: devKey(2) });
    const second = createWrites(connection, { privateKey: devKey(2) });
    const nonce = await provider.getTransactionCount(first.address);
    const sent = await Promise.all(
      Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? first : second).approveMor(BigInt(index))),
    );
    await Promise.all(sent.map(({ wait }) => wait()));
    expect(new Set(sent.map(({ hash }) => hash)).size).toBe(12);
    expect(await provider.getTransactionCount(first.address)).toBe(nonce + 12);
  });

  it('are sent once although the answer gets lost', async () => {
    const broken = await losingAnswers(chain.rpcUrl, 'eth_sendRawTransaction');
    const lossy = await connect({ rpcUrl: broken.rpcUrl, diamond, pollingIntervalMs: 20 });
    const writes = createWrites(lossy, { privateKey: devKey(8) });
    const nonce = await provider.getTransactionCount(writes.address);
    await expect((await writes.approveMor(5n)).wait()).resolves.toMatchObject({ amountMor: 5n });
    expect(broken.lost()).toBe(1);
    expect(await provider.getTransactionCount(writes.address)).toBe(nonce + 1);
    lossy.close();
    broken.close();
  });

  it('survive another program that sends with the same key', async () => {
    const writes = createWrites(connection, { privateKey: devKey(3) });
    await (await writes.approveMor(1n)).wait();
    const other = new Wallet(devKey(3), provider);
    await (await other.sendTransaction({ to: BOB, value: 1n })).wait();
    await expect((await writes.approveMor(2n)).wait()).resolves.toMatchObject({ amountMor: 2n });
  });

  it('survive a chain that went back', async () => {
    const writes = createWrites(connection, { privateKey: devKey(4) });
    const snapshot: unknown = await provider.send('evm_snapshot', []);
    await (await writes.approveMor(1n)).wait();
    await provider.send('evm_revert', [snapshot]);
    await expect((await writes.approveMor(2n)).wait()).resolves.toMatchObject({ amountMor: 2n });
  });
});

describe('waiting, given a chain that makes no blocks', () => {
  beforeAll(() => provider.send('evm_setAutomine', [false]));
  afterAll(async () => {
    await provider.send('evm_setAutomine', [true]);
    await provider.send('evm_mine', []);
  });

  it('ends with the timeout, and with the signal', async () => {
    const sent = await createWrites(connection, { privateKey: devKey(5) }).approveMor(1n);
    await expect(sent.wait({ timeoutMs: 50 })).rejects.toMatchObject({
      code: 'CHAIN_TIMEOUT',
      args: { hash: sent.hash },
    });
    await expect(sent.wait({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CHAIN_ABORTED' });
  });

  it('ends with a decoded error if somebody else comes first', async () => {
    const rich = createWrites(connection, { privateKey: devKey(6) });
    const spender = new Wallet(devKey(7), provider);
    await mor.mint(rich.address, MOR);
    await mor.connect(new Wallet(devKey(6), provider)).approve(spender.address, MOR);
    await provider.send('evm_mine', []);

    const transfer = await rich.transferMor({ to: BOB, amountMor: MOR });
    const first = { maxPriorityFeePerGas: parseUnits('50', 'gwei'), maxFeePerGas: parseUnits('90', 'gwei') };
    await mor.connect(spender).transferFrom(rich.address, spender.address, MOR, { ...first, gasLimit: 100_000n });
    await provider.send('evm_mine', []);
    await expect(transfer.wait()).rejects.toMatchObject({
      code: 'CHAIN_ERC20InsufficientBalance',
      args: { balance: 0n, needed: MOR },
    });
  });
});

describe('followEventBatches', () => {
  it('moves its cursor over blocks without events, waits for new ones, and ends with the signal', async () => {
    const stop = new AbortController();
    const head = BigInt(await provider.getBlockNumber());
    const ranges: bigint[][] = [];
    for await (const batch of followEventBatches(connection, { fromBlock: 0n, maxBlocks: 5n, signal: stop.signal })) {
      ranges.push([batch.fromBlock, batch.toBlock]);
      if (batch.toBlock === head) await provider.send('evm_mine', []);
      if (batch.toBlock > head) stop.abort();
    }
    expect(ranges[0]).toEqual([0n, 4n]);
    expect(ranges.at(-1)).toEqual([head + 1n, head + 1n]);
  });

  it('tells a reorganisation', async () => {
    await provider.send('evm_mine', []);
    const snapshot: unknown = await provider.send('evm_snapshot', []);
    await provider.send('evm_mine', []);
    const fromBlock = BigInt(await provider.getBlockNumber());
    const { value: batch } = await followEventBatches(connection, { fromBlock }).next();
    await provider.send('evm_revert', [snapshot]);
    await provider.send('evm_increaseTime', [100]);
    await provider.send('evm_mine', []);
    const restarted = followEventBatches(connection, {
      fromBlock: fromBlock + 1n,
      parentHash: batch?.toBlockHash ?? '',
    });
    await expect(restarted.next()).rejects.toMatchObject({ code: 'CHAIN_REORGANISED', args: { block: fromBlock } });
  });
});
