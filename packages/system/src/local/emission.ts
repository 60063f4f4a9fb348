import type { Connection, Reads, Writes } from '@yellowstone/client';
import { DevMor__factory } from '@yellowstone/contracts';
import { dayOf } from '@yellowstone/protocol';
import { Wallet } from 'ethers';
import { type Account } from './accounts.js';
import type { LocalChain } from './local-chain.js';

export const DAY_SECONDS = 86_400;

interface EmissionDeps {
  readonly chain: LocalChain;
  readonly connection: Connection;
  readonly reads: Pick<Reads, 'now' | 'pool'>;
  readonly writes: Pick<Writes, 'sync'>;
  /** Compute emission that is scheduled for a day [MOR-wei]. */
  readonly scheduledMor: (day: bigint) => bigint;
}

/** Lets days pass; each brings its compute emission by plain transfer, as on the live chain. Gives their sum [MOR-wei]. */
export async function passDaysWithEmission(
  { chain, connection, reads, writes, scheduledMor }: EmissionDeps,
  days: number,
  minter: Account,
): Promise<bigint> {
  const mor = DevMor__factory.connect(chain.mor, new Wallet(minter.privateKey, connection.provider));
  let receivedMor = 0n;
  for (let passed = 0; passed < days; passed += 1) {
    const amountMor = scheduledMor(dayOf(await reads.now()));
    await (await mor.mint(chain.diamond, amountMor)).wait();
    await (await writes.sync()).wait();
    receivedMor += amountMor;
    await chain.advance(DAY_SECONDS);
  }
  return receivedMor;
}
