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
import { cancel, commitPlain, openDayAhead, suspend } from '../../fixtures/routers';

describe('holdRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.guardian);
  });

  const expectNotAdmitted = async (account: string, state: bigint) => {
    await expect(diamond.holdRouter(account))
      .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
      .withArgs(account, state);
  };

  describe('when the caller is not the guardian', () => {
    it('it should revert with NotGuardian', async () => {
      const owner = await ownerOf(market);
      for (const account of [owner, market.otherRouter]) {
        await expect(diamond.connect(account).holdRouter(market.router))
          .to.be.revertedWithCustomError(diamond, 'NotGuardian')
          .withArgs(account.address, market.guardian.address);
      }
    });
  });

  describe('given the router was never admitted', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await expectNotAdmitted(market.stranger.address, RouterState.Unknown);
    });
  });

  describe('given the router left', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await diamond.connect(market.router).leaveRouter();
      await time.increase(7 * DAY);
      await diamond.withdrawBond(market.router);
      await expectNotAdmitted(market.router.address, RouterState.Left);
    });
  });

  describe('given the router was cancelled', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await cancel(market, market.router);
      await expectNotAdmitted(market.router.address, RouterState.Cancelled);
    });
  });

  describe('given the router is held', () => {
    it('it should revert with RouterHeldNow', async () => {
      await diamond.holdRouter(market.router);
      const heldAt = await time.latest();
      await expect(diamond.holdRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterHeldNow')
        .withArgs(market.router.address, heldAt);
    });
  });

  describe('given the router was released less than 7 days ago [YS-074]', () => {
    it('it should revert with HoldTooSoon, a second later no more', async () => {
      await diamond.holdRouter(market.router);
      await diamond.connect(await ownerOf(market)).releaseRouter(market.router);
      const allowedFrom = (await time.latest()) + HOLD_SECONDS;
      await time.setNextBlockTimestamp(allowedFrom - 1);
      await expect(diamond.holdRouter(market.router))
        .to.be.revertedWithCustomError(diamond, 'HoldTooSoon')
        .withArgs(allowedFrom - 1, allowedFrom);
      await time.setNextBlockTimestamp(allowedFrom);
      await diamond.holdRouter(market.router);
      expect((await diamond.getRouter(market.router)).heldAt).to.equal(BigInt(allowedFrom));
    });
  });

  describe('given the router is admitted [YS-074]', () => {
    it('it should let it complete its running book, open no new one, and stop its clock', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      const tx = await diamond.holdRouter(router);
      const heldAt = await time.latest();
      await expect(tx)
        .to.emit(diamond, 'RouterHeld')
        .withArgs(router.address, heldAt + HOLD_SECONDS);
      await commitPlain(market, router, { totalMor: 2n * MOR });
      await openDayAhead(market, 1);
      await commitPlain(market, router, { totalMor: 3n * MOR, day });
      await expect(commitPlain(market, router, { totalMor: MOR }))
        .to.be.revertedWithCustomError(diamond, 'RouterHeldNow')
        .withArgs(router.address, heldAt);
      await time.increaseTo(midnight(day + 2));
      await diamond.sealDay(router, day);
      await time.increase(FINALITY_SECONDS);
      expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Sealed);
      const view = await diamond.getRouter(router);
      expect([view.state, view.clock]).to.deep.equal([RouterState.Admitted, BigInt(heldAt)]);
    });
  });

  describe('given a book is final', () => {
    it('it should leave it final', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      await time.increaseTo(midnight(day + 2));
      await diamond.sealDay(router, day);
      await time.increase(FINALITY_SECONDS);
      await diamond.holdRouter(router);
      expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Final);
    });
  });

  describe('given nobody decides for 7 days [YS-074]', () => {
    it('it should cancel the router', async () => {
      await diamond.holdRouter(market.router);
      const heldAt = await time.latest();
      await time.increaseTo(heldAt + HOLD_SECONDS - 1);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Admitted);
      await time.increase(1);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Cancelled);
      await expectNotAdmitted(market.router.address, RouterState.Cancelled);
    });
  });

  describe('given the router was suspended', () => {
    it('it should hold it', async () => {
      await suspend(market, market.router);
      await diamond.holdRouter(market.router);
      expect((await diamond.getRouter(market.router)).heldAt).to.equal(BigInt(await time.latest()));
    });
  });
});
