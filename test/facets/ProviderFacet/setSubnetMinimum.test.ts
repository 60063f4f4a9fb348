import { expect } from 'chai';
import { MOR, load, openMarket, type OpenMarket } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setSubnetMinimum', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.stranger).setSubnetMinimum(1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the caller is the owner', () => {
    it('it should set it and leave the minimum of providers', async () => {
      expect((await diamond.getActiveProviderViews(0, 1))[0][0]!.isSubnet).to.equal(false);
      await expect(diamond.setSubnetMinimum(100n * MOR))
        .to.emit(diamond, 'ProviderMinimumsChanged')
        .withArgs(MOR / 5n, MOR / 5n, 10_000n * MOR, 100n * MOR);
      expect(await diamond.getSubnetMinimum()).to.equal(100n * MOR);
      expect(await diamond.getProviderMinimumStake()).to.equal(MOR / 5n);
      expect((await diamond.getActiveProviderViews(0, 1))[0][0]!.isSubnet).to.equal(true);
    });
  });
});
