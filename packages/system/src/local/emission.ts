import type { Connection, Reads } from '@yellowstone/client';
import { DevMor__factory, IYellowstone__factory } from '@yellowstone/contracts';
import { dayOf } from '@yellowstone/protocol';
import { type Account } from './accounts.js';
import type { LocalChain } from './local-chain.js';

export const DAY_SECONDS = 86_400;

interface EmissionDeps {
  readonly chain: LocalChain;
  readonly connection: Connection;
  readonly reads: Pick<Reads, 'now'>;
  /** Compute emission that is scheduled for a day [MOR-wei]. */
  readonly scheduledMor: (day: bigint) => bigint;
}

const GAS = '0x1e8480';

/**
 * Lets days pass; each brings its compute emission by plain transfer, as on the live chain. Gives their sum [MOR-wei].
 * The chain signs for its own accounts and mines each transaction at once, which is quick.
 */
export async function passDaysWithEmission(
  { chain, connection: { provider }, reads, scheduledMor }: EmissionDeps,
  days: number,
  minter: Account,
): Promise<bigint> {
  const mor = DevMor__factory.createInterface();
  const sync = IYellowstone__factory.createInterface().encodeFunctionData('sync');
  const send = (to: string, data: string): Promise<unknown> =>
    provider.send('eth_sendTransaction', [{ from: minter.address, to, data, gas: GAS }]);
  let receivedMor = 0n;
  for (let passed = 0; passed < days; passed += 1) {
    const amountMor = scheduledMor(dayOf(await reads.now()));
    await send(chain.mor, mor.encodeFunctionData('mint', [chain.diamond, amountMor]));
    await send(chain.diamond, sync);
    receivedMor += amountMor;
    await chain.advance(DAY_SECONDS);
  }
  return receivedMor;
}
