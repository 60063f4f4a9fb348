import { expect } from 'chai';
import { RouterState, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { DAY, load, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { suspend } from '../../fixtures/routers';

describe('setRouterShare', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setRouterShare(market.router, 1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('given the router was never admitted', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await expect(diamond.setRouterShare(market.stranger, 1))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(market.stranger.address, RouterState.Unknown);
    });
  });

  describe('given the router was suspended', () => {
    it('it should revert with RouterNotAdmitted, and take the share away', async () => {
      const { router, otherRouter } = market;
      await suspend(market, router);
      await expect(diamond.setRouterShare(router, 1))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(router.address, RouterState.Suspended);
      await diamond.setRouterShare(router, 0);
      await diamond.setRouterShare(otherRouter, 10_000);
      expect((await diamond.getRouter(router)).nextShareBps).to.equal(0n);
    });
  });

  describe('given the router leaves', () => {
    it('it should revert with RouterLeavingAlready', async () => {
      const { router } = market;
      await diamond.connect(router).leaveRouter();
      const withdrawableAt = (await time.latest()) + 7 * DAY;
      await expect(diamond.setRouterShare(router, 1))
        .to.be.revertedWithCustomError(diamond, 'RouterLeavingAlready')
        .withArgs(router.address, withdrawableAt);
      await diamond.setRouterShare(router, 0);
    });
  });

  describe('when all shares together pass 100 % [YS-072]', () => {
    it('it should revert with SharesTooHigh', async () => {
      await expect(diamond.setRouterShare(market.router, 6_001))
        .to.be.revertedWithCustomError(diamond, 'SharesTooHigh')
        .withArgs(10_001, 10_000);
      await expect(diamond.setRouterShare(market.router, 65_535))
        .to.be.revertedWithCustomError(diamond, 'SharesTooHigh')
        .withArgs(69_535, 10_000);
    });
  });

  describe('when the shares fit [YS-072]', () => {
    it('it should change the share from the next day on and keep those of past days', async () => {
      const { router } = market;
      const day = await today();
      await expect(diamond.setRouterShare(router, 5_000))
        .to.emit(diamond, 'RouterShareChanged')
        .withArgs(router.address, day + 1, 6_000, 5_000);
      const { shareBps, nextShareBps } = await diamond.getRouter(router);
      expect([shareBps, nextShareBps]).to.deep.equal([6_000n, 5_000n]);
      const capMor = await diamond.requestCap(router, day);
      await time.increaseTo(midnight(day + 1));
      await diamond.setRouterShare(router, 1_000);
      await time.increaseTo(midnight(day + 5));
      const shares = [-2, -1, 0, 1, 2, 3].map((offset) => diamond.routerShare(router, day + offset));
      expect(await Promise.all(shares)).to.deep.equal([0n, 0n, 6_000n, 5_000n, 1_000n, 1_000n]);
      expect(await diamond.requestCap(router, day)).to.equal(capMor);
    });
  });

  describe('when the share changes twice on a day', () => {
    it('it should count the last one and tell both', async () => {
      const { router, otherRouter } = market;
      const day = await today();
      await diamond.setRouterShare(router, 0);
      await expect(diamond.setRouterShare(router, 2_500))
        .to.emit(diamond, 'RouterShareChanged')
        .withArgs(router.address, day + 1, 0, 2_500);
      await diamond.setRouterShare(otherRouter, 7_500);
      expect(await diamond.routerShare(router, day + 1)).to.equal(2_500n);
      await expect(diamond.setRouterShare(otherRouter, 7_501))
        .to.be.revertedWithCustomError(diamond, 'SharesTooHigh')
        .withArgs(10_001, 10_000);
    });
  });
});
