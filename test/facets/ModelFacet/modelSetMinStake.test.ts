import { expect } from 'chai';
import { OpenZeppelin } from '../../fixtures/errors';
import { MOR, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('modelSetMinStake', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.stranger).modelSetMinStake(1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the value does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(diamond.modelSetMinStake(2n ** 128n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the value fits', () => {
    it('it should set it and tell the old one', async () => {
      const tx = diamond.modelSetMinStake(7n);
      await expect(tx).to.emit(diamond, 'ModelMinimumStakeUpdated').withArgs(7n);
      await expect(tx)
        .to.emit(diamond, 'ModelMinimumChanged')
        .withArgs(MOR / 10n, 7n);
      expect(await diamond.getModelMinimumStake()).to.equal(7n);
    });
  });
});
