import { expect } from 'chai';
import { RouterState, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { DAY, MOR, load, time } from '../../fixtures/market';
import { commitPlain, openDayAhead, suspend } from '../../fixtures/routers';

/** From saying so to leaving with the bond [s]. */
const LEAVE_SECONDS = 7 * DAY;

describe('leaveRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.router);
  });

  describe('given the caller was never admitted', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await expect(diamond.connect(market.stranger).leaveRouter())
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(market.stranger.address, RouterState.Unknown);
    });
  });

  describe('given the router left', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await diamond.leaveRouter();
      await time.increase(LEAVE_SECONDS);
      await diamond.withdrawBond(market.router);
      await expect(diamond.leaveRouter())
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(market.router.address, RouterState.Left);
    });
  });

  describe('given the router leaves already', () => {
    it('it should revert with RouterLeavingAlready', async () => {
      await diamond.leaveRouter();
      const withdrawableAt = (await time.latest()) + LEAVE_SECONDS;
      await time.increase(DAY);
      await expect(diamond.leaveRouter())
        .to.be.revertedWithCustomError(diamond, 'RouterLeavingAlready')
        .withArgs(market.router.address, withdrawableAt);
    });
  });

  describe('given the router is admitted', () => {
    it('it should give its share back, complete its running book and open no new one', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      const tx = await diamond.leaveRouter();
      const withdrawableAt = (await time.latest()) + LEAVE_SECONDS;
      await expect(tx).to.emit(diamond, 'RouterLeaving').withArgs(router.address, withdrawableAt);
      await expect(tx)
        .to.emit(diamond, 'RouterShareChanged')
        .withArgs(router.address, day + 1, 6_000, 0);
      const view = await diamond.getRouter(router);
      expect([view.state, view.nextShareBps, view.withdrawableAt]).to.deep.equal([
        RouterState.Admitted,
        0n,
        BigInt(withdrawableAt),
      ]);
      await openDayAhead(market, 1);
      await commitPlain(market, router, { totalMor: 2n * MOR, day });
      await expect(commitPlain(market, router, { totalMor: MOR }))
        .to.be.revertedWithCustomError(diamond, 'RouterLeavingAlready')
        .withArgs(router.address, withdrawableAt);
    });
  });

  describe('given the router was suspended', () => {
    it('it should leave all the same', async () => {
      await suspend(market, market.router);
      await expect(diamond.leaveRouter()).to.emit(diamond, 'RouterLeaving');
    });
  });
});
