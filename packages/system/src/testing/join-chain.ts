import { type Connection, connect, createReads, type Reads } from '@yellowstone/client';
import { DevMor__factory } from '@yellowstone/contracts';
import { MOR } from '@yellowstone/protocol';
import { computeAddress, id as keccakOfText, toQuantity } from 'ethers';
import { inject } from 'vitest';
import { type Account, devAccount } from '../local/accounts.js';
import type { LocalChain } from '../local/local-chain.js';

/** The chain that all files of a run share, as one of them sees it. Its time is for none of them to change. */
export interface JoinedChain {
  readonly chain: Pick<LocalChain, 'rpcUrl' | 'diamond' | 'mor'>;
  readonly connection: Connection;
  readonly reads: Reads;
  /** Accounts that no other file has. */
  readonly people: readonly Account[];
  /** Of each of the people at first [MOR-wei]. */
  readonly personMor: bigint;
  /** Ends the connection; the chain goes on. */
  stop(): Promise<void>;
}

const MINTER = 0;
const POLLING_MS = 50;
const PERSON_MOR = 20_000n * MOR;
const GAS = '0x1e8480';
const PERSON_ETH = toQuantity(10n ** 20n);

/**
 * Connects a file of tests to the chain of the run, and gives MOR and gas to people of its own. The models of a file need
 * names of their own too: consumers see those of all files.
 * @param file its name: what the keys of its people are made of
 */
export async function joinChain(file: string, people: number): Promise<JoinedChain> {
  const answer = await fetch(inject('sharedChainUrl'));
  if (!answer.ok) throw new Error(`the chain of the run did not start: ${await answer.text()}`);
  const chain = (await answer.json()) as JoinedChain['chain'];
  const connection = await connect({ rpcUrl: chain.rpcUrl, diamond: chain.diamond, pollingIntervalMs: POLLING_MS });
  const accounts = Array.from({ length: people }, (_, n) => accountOf(`${file} ${n}`));
  const { provider } = connection;
  const mor = DevMor__factory.createInterface();
  const from = devAccount(MINTER).address;
  for (const { address } of accounts) {
    await provider.send('hardhat_setBalance', [address, PERSON_ETH]);
    const data = mor.encodeFunctionData('mint', [address, PERSON_MOR]);
    await provider.send('eth_sendTransaction', [{ from, to: chain.mor, data, gas: GAS }]);
  }
  const stop = async (): Promise<void> => connection.close();
  return { chain, connection, reads: createReads(connection), people: accounts, personMor: PERSON_MOR, stop };
}

function accountOf(name: string): Account {
  const privateKey = keccakOfText(name);
  return { address: computeAddress(privateKey), privateKey };
}
