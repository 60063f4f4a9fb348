import { type Connection, connect, createReads, type Reads } from '@yellowstone/client';
import { DevMor__factory } from '@yellowstone/contracts';
import { ARBITRUM_SCHEDULE, MOR, scheduledComputeOfDay } from '@yellowstone/protocol';
import { Wallet } from 'ethers';
import { type Account, devAccount } from './accounts.js';
import { passDaysWithEmission } from './emission.js';
import { type LocalChain, startLocalChain } from './local-chain.js';

/** A local chain on which people have MOR and the pool has emission. */
export interface FundedChain {
  readonly chain: LocalChain;
  readonly reads: Reads;
  /** Accounts with MOR; none of them is the owner or the guardian of the diamond. */
  readonly people: readonly Account[];
  stop(): Promise<void>;
}

export interface FundedChainOptions {
  /** Port of the chain; any free one by default. */
  readonly port?: number;
  /** Days of emission in the pool. */
  readonly days?: number;
  /** What each person has [MOR-wei]. */
  readonly personMor?: bigint;
}

const MINTER = 0;
/** After owner and guardian. */
const FIRST_PERSON = 2;
const PEOPLE = 8;
const POLLING_MS = 50;

/** Starts a chain, deploys, lets days of emission pass and gives MOR to the people. */
export async function startFundedChain({
  port,
  days = 30,
  personMor = 20_000n * MOR,
}: FundedChainOptions = {}): Promise<FundedChain> {
  const chain = await startLocalChain(port === undefined ? {} : { port });
  let connection: Connection | undefined;
  const stop = async (): Promise<void> => {
    connection?.close();
    await chain.stop();
  };
  try {
    connection = await connect({ rpcUrl: chain.rpcUrl, diamond: chain.diamond, pollingIntervalMs: POLLING_MS });
    const reads = createReads(connection);
    const minter = devAccount(MINTER);
    const scheduledMor = (day: bigint): bigint => scheduledComputeOfDay(ARBITRUM_SCHEDULE, day);
    await passDaysWithEmission({ chain, connection, reads, scheduledMor }, days, minter);
    const people = Array.from({ length: PEOPLE }, (_, at) => devAccount(FIRST_PERSON + at));
    const mor = DevMor__factory.connect(chain.mor, new Wallet(minter.privateKey, connection.provider));
    for (const { address } of people) await (await mor.mint(address, personMor)).wait();
    return { chain, reads, people, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
