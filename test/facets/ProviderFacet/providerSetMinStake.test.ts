import { expect } from 'chai';
import { OpenZeppelin } from '../../fixtures/errors';
import { MOR, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('providerSetMinStake', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.stranger).providerSetMinStake(1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the value does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(diamond.providerSetMinStake(2n ** 128n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the value fits', () => {
    it('it should set it and leave the minimum of subnets', async () => {
      const tx = diamond.providerSetMinStake(7n);
      await expect(tx).to.emit(diamond, 'ProviderMinimumStakeUpdated').withArgs(7n);
      await expect(tx)
        .to.emit(diamond, 'ProviderMinimumsChanged')
        .withArgs(MOR / 5n, 7n, 10_000n * MOR, 10_000n * MOR);
      expect(await diamond.getProviderMinimumStake()).to.equal(7n);
      expect(await diamond.getSubnetMinimum()).to.equal(10_000n * MOR);
    });
  });
});
