import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { fundedMarket, load } from '../../fixtures/market';

describe('reads of AccessFacet', () => {
  it('name the timelock as owner, nobody as next, and the guardian of the configuration', async () => {
    const { diamond, timelock, guardian } = await load(fundedMarket);
    const table: [string, unknown, unknown][] = [
      ['owner', await diamond.owner(), await timelock.getAddress()],
      ['pendingOwner', await diamond.pendingOwner(), ZeroAddress],
      ['guardian', await diamond.guardian(), guardian.address],
      ['pauseState', [...(await diamond.pauseState())], [0n, 0n, 0n]],
    ];
    for (const [name, actual, expected] of table) expect(actual, name).to.deep.equal(expected);
  });
});
