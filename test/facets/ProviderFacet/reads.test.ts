import { expect } from 'chai';
import { MOR, fundedMarket, load, time } from '../../fixtures/market';

describe('reads of ProviderFacet', () => {
  it('are zero for strangers', async () => {
    const { diamond, stranger } = await load(fundedMarket);
    expect(await diamond.getProvider(stranger)).to.deep.equal(['', 0n, 0n, 0n, 0n, false]);
    expect(await diamond.getIsProviderActive(stranger)).to.equal(false);
    expect(await diamond.getPayout(stranger)).to.equal(stranger.address);
    expect(await diamond.getExposedStake(stranger)).to.equal(0n);
    expect(await diamond.getProviderMinimumStake()).to.equal(MOR / 5n);
    expect(await diamond.getSubnetMinimum()).to.equal(10_000n * MOR);
  });

  it('page active providers, alone and with all their data', async () => {
    const { diamond, provider, otherProvider, user } = await load(fundedMarket);
    const accounts = [provider, otherProvider, user];
    const createdAts: bigint[] = [];
    for (const [i, account] of accounts.entries()) {
      await diamond.connect(account).providerRegister(account, BigInt(i * 9_999 + 1) * MOR, `host:${i}`);
      createdAts.push(BigInt(await time.latest()));
    }
    await diamond.connect(user).setPayout(provider);
    const addresses = accounts.map(({ address }) => address);
    for (const [offset, limit] of [
      [0, 10],
      [1, 1],
      [2, 5],
      [3, 5],
      [0, 0],
    ] as const) {
      const expected = addresses.slice(offset, offset + limit);
      expect(await diamond.getActiveProviders(offset, limit)).to.deep.equal([expected, 3n]);
      const [views, total] = await diamond.getActiveProviderViews(offset, limit);
      expect([views.map((view) => view.provider), total]).to.deep.equal([expected, 3n]);
    }
    const [views] = await diamond.getActiveProviderViews(0, 10);
    expect(views[1]).to.deep.equal([
      otherProvider.address,
      'host:1',
      10_000n * MOR,
      createdAts[1],
      otherProvider.address,
      true,
      true,
    ]);
    expect([views[0]!.isSubnet, views[2]!.payout]).to.deep.equal([false, provider.address]);
  });
});
