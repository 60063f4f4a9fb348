import { expect } from 'chai';
import {
  BookStatus,
  FINALITY_SECONDS,
  HOLD_SECONDS,
  RouterState,
  computeMarket,
  type ComputeMarket,
} from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { DAY, MOR, load, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { commitPlain, suspend } from '../../fixtures/routers';

describe('cancelRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  const hold = () => diamond.connect(market.guardian).holdRouter(market.router);

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).cancelRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('given the router is not held', () => {
    it('it should revert with RouterNotHeld', async () => {
      await expect(diamond.cancelRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterNotHeld')
        .withArgs(market.router.address);
    });
  });

  describe('given the router was cancelled', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await hold();
      await diamond.cancelRouter(market.router);
      await expect(diamond.cancelRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmissible')
        .withArgs(market.router.address, RouterState.Cancelled);
    });
  });

  describe('given nobody decided for 7 days', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await hold();
      await time.increase(HOLD_SECONDS);
      await expect(diamond.cancelRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmissible')
        .withArgs(market.router.address, RouterState.Cancelled);
    });
  });

  describe('given the router is held', () => {
    it('it should cancel it: its clock stands still, no book becomes final, it commits nothing', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      await time.increaseTo(midnight(day + 2));
      await diamond.sealDay(router, day);
      await hold();
      const heldAt = await time.latest();
      await expect(diamond.cancelRouter(router)).to.emit(diamond, 'RouterCancelled').withArgs(router.address);
      await time.increase(FINALITY_SECONDS + 30 * DAY);
      const view = await diamond.getRouter(router);
      expect([view.state, view.clock, view.heldAt]).to.deep.equal([
        RouterState.Cancelled,
        BigInt(heldAt),
        BigInt(heldAt),
      ]);
      expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Sealed);
      await diamond.openDay();
      await expect(commitPlain(market, router, { totalMor: MOR }))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(router.address, RouterState.Cancelled);
    });
  });

  describe('given the router was suspended and held', () => {
    it('it should cancel it', async () => {
      await suspend(market, market.router);
      await hold();
      await diamond.cancelRouter(market.router);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Cancelled);
    });
  });
});
