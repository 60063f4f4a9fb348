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
import { cancel, commitPlain, suspend } from '../../fixtures/routers';

describe('releaseRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  const hold = () => diamond.connect(market.guardian).holdRouter(market.router);

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).releaseRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('given the router is not held', () => {
    it('it should revert with RouterNotHeld', async () => {
      for (const account of [market.router, market.stranger]) {
        await expect(diamond.releaseRouter(account))
          .to.be.revertedWithCustomError(diamond, 'RouterNotHeld')
          .withArgs(account.address);
      }
    });
  });

  describe('given the router was cancelled', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await cancel(market, market.router);
      await expect(diamond.releaseRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmissible')
        .withArgs(market.router.address, RouterState.Cancelled);
    });
  });

  describe('given nobody decided for 7 days', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await hold();
      const heldAt = await time.latest();
      await time.setNextBlockTimestamp(heldAt + HOLD_SECONDS);
      await expect(diamond.releaseRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmissible')
        .withArgs(market.router.address, RouterState.Cancelled);
    });
  });

  describe('given the router is held', () => {
    it('it should let it go on, protected from holds for 7 days', async () => {
      const { router } = market;
      await hold();
      const heldAt = await time.latest();
      const releasedAt = heldAt + HOLD_SECONDS - 1;
      await time.setNextBlockTimestamp(releasedAt);
      await expect(diamond.releaseRouter(router))
        .to.emit(diamond, 'RouterReleased')
        .withArgs(router.address, HOLD_SECONDS - 1);
      const view = await diamond.getRouter(router);
      expect([view.state, view.heldAt, view.holdableFrom, view.clock]).to.deep.equal([
        RouterState.Admitted,
        0n,
        BigInt(releasedAt + HOLD_SECONDS),
        BigInt(heldAt),
      ]);
      await time.increase(100);
      expect((await diamond.getRouter(router)).clock).to.equal(BigInt(heldAt + 100));
      await diamond.openDay();
      await commitPlain(market, router, { totalMor: MOR });
    });
  });

  describe('given a book was sealed before the hold', () => {
    it('it should become final later by the time of the hold', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      await time.increaseTo(midnight(day + 2));
      await diamond.sealDay(router, day);
      const sealedAt = await time.latest();
      await hold();
      const heldAt = await time.latest();
      await time.increaseTo(heldAt + 3 * DAY);
      expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Sealed);
      await diamond.releaseRouter(router);
      const heldSeconds = (await time.latest()) - heldAt;
      await time.increaseTo(sealedAt + heldSeconds + FINALITY_SECONDS - 1);
      expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Sealed);
      await time.increase(1);
      expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Final);
    });
  });

  describe('given the router was suspended and held', () => {
    it('it should stay suspended', async () => {
      await suspend(market, market.router);
      await hold();
      await diamond.releaseRouter(market.router);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Suspended);
    });
  });
});
