import { expect } from 'chai';
import { wordOf } from '../../fixtures/errors';
import { MOR, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setPoolParameters', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(market.diamond.connect(market.guardian).setPoolParameters(1, 2, 3))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the guard is above one hundredth [YS-011]', () => {
    it('it should revert with ValueOutOfRange', async () => {
      await expect(diamond.setPoolParameters(1, 101, MOR))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('guardBps'), 101, 0, 100);
    });
  });

  describe('when the budget is above the guard [YS-011]', () => {
    it('it should revert with ValueOutOfRange', async () => {
      await expect(diamond.setPoolParameters(51, 50, MOR))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('budgetBps'), 51, 0, 50);
    });
  });

  describe('when the least pool is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.setPoolParameters(1, 1, 0))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('minOpenMor'));
    });
  });

  describe('when the values are in range', () => {
    it('it should set them and tell the old ones', async () => {
      await expect(diamond.setPoolParameters(40, 50, 2n * MOR))
        .to.emit(diamond, 'PoolParametersChanged')
        .withArgs(100, 40, 100, 50, MOR, 2n * MOR);
      expect(await diamond.getPoolParameters()).to.deep.equal([40n, 50n, 2n * MOR]);
    });
  });
});
