import { deployments } from 'hardhat';
import { Interface } from 'ethers';
import type { TokenMarket } from '../../fixtures/tokens';
import { WRITES, type StagedMarket } from '../../fixtures/writes';

/** A call that must be refused to everybody but its role. */
export interface GuardedCall {
  readonly name: string;
  readonly promise: 'I33' | 'I35';
  readonly role: 'owner' | 'guardian' | 'nobody';
  readonly data: string;
  readonly error: string;
}

/** Every function that asks for a role, and every way to initialise the diamond once more. */
export async function guardedCallsOf(market: TokenMarket): Promise<GuardedCall[]> {
  const { diamond } = market;
  const encode = (name: string, args: readonly unknown[]): string =>
    diamond.interface.encodeFunctionData(name as never, args as never);
  const calls: GuardedCall[] = [];
  // Who is refused is refused whatever the arguments are: the walk has no routers.
  const staged = { ...market, router: market.stranger, otherRouter: market.stranger } as unknown as StagedMarket;
  for (const { name, role, args } of WRITES.filter((write) => write.role !== undefined)) {
    const data = encode(name, await args(staged));
    if (role === 'owner') calls.push({ name, promise: 'I35', role, data, error: 'OwnableUnauthorizedAccount' });
    else calls.push({ name, promise: 'I35', role: 'guardian', data, error: 'NotGuardian' });
  }
  const init = await deployments.get('DiamondInit');
  const initData = new Interface(init.abi).getFunction('initialise')!.selector;
  const again = encode('diamondCut', [[], init.address, initData]);
  calls.push(
    { name: 'initialise', promise: 'I33', role: 'nobody', data: initData, error: 'FunctionNotFound' },
    { name: 'a cut that initialises', promise: 'I33', role: 'owner', data: again, error: 'OwnableUnauthorizedAccount' },
    {
      name: 'acceptOwnership',
      promise: 'I33',
      role: 'nobody',
      data: encode('acceptOwnership', []),
      error: 'NotPendingOwner',
    },
  );
  return calls;
}
