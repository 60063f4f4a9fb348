import { expect } from 'chai';
import { ethers } from 'hardhat';
import { BOND_MOR, HOLD_SECONDS, RouterState, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { DAY, HOUR, MOR, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { cancel, commitPlain, suspend } from '../../fixtures/routers';

/** From saying so to leaving with the bond [s]. */
const LEAVE_SECONDS = 7 * DAY;

describe('withdrawBond', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
  });

  /** The router says that it leaves; gives when its bond can. */
  const leave = async (): Promise<number> => {
    await diamond.connect(market.router).leaveRouter();
    return (await time.latest()) + LEAVE_SECONDS;
  };
  const expectPaid = async (amountMor: bigint) => {
    const { router } = market;
    expect(await diamond.withdrawBond.staticCall(router)).to.equal(amountMor);
    const tx = await expectMoney(market, () => diamond.withdrawBond(router), {
      wallets: [[router, amountMor]],
      buckets: { RouterBonds: -amountMor },
    });
    await expect(tx).to.emit(diamond, 'RouterLeft').withArgs(router.address, amountMor);
    expect((await diamond.getRouter(router)).bondMor).to.equal(0n);
  };

  describe('given the router did not say that it leaves', () => {
    it('it should revert with BondLocked', async () => {
      const now = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(now);
      await expect(diamond.withdrawBond(market.router))
        .to.be.revertedWithCustomError(diamond, 'BondLocked')
        .withArgs(now, 0);
    });
  });

  describe('given the router said so less than 7 days ago [YS-075]', () => {
    it('it should revert with BondLocked, a second later no more', async () => {
      const withdrawableAt = await leave();
      await time.setNextBlockTimestamp(withdrawableAt - 1);
      await expect(diamond.withdrawBond(market.router))
        .to.be.revertedWithCustomError(diamond, 'BondLocked')
        .withArgs(withdrawableAt - 1, withdrawableAt);
      await time.setNextBlockTimestamp(withdrawableAt);
      await diamond.withdrawBond(market.router);
    });
  });

  describe('given a book is not final [YS-075]', () => {
    it('it should revert with BondCoversBooks', async () => {
      await commitPlain(market, market.router, { totalMor: MOR });
      await leave();
      await time.increase(LEAVE_SECONDS);
      await expect(diamond.withdrawBond(market.router))
        .to.be.revertedWithCustomError(diamond, 'BondCoversBooks')
        .withArgs(MOR);
    });
  });

  describe('given the router is held [YS-074]', () => {
    it('it should revert with RouterHeldNow', async () => {
      await leave();
      await time.increase(LEAVE_SECONDS - HOUR);
      await diamond.connect(market.guardian).holdRouter(market.router);
      const heldAt = await time.latest();
      await time.increase(2 * HOUR);
      await expect(diamond.withdrawBond(market.router))
        .to.be.revertedWithCustomError(diamond, 'RouterHeldNow')
        .withArgs(market.router.address, heldAt);
    });
  });

  describe('given all books became final since [YS-075]', () => {
    it('it should count them out and pay the bond', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      await leave();
      await time.increaseTo(midnight(day + 2));
      await diamond.sealDay(router, day);
      await time.increase(LEAVE_SECONDS);
      expect((await diamond.getRouter(router)).openMor).to.equal(MOR);
      await expectPaid(BOND_MOR);
      const { state, openMor } = await diamond.getRouter(router);
      expect([state, openMor]).to.deep.equal([RouterState.Left, 0n]);
    });
  });

  describe('given the bond was paid', () => {
    it('it should revert with BondTooLow', async () => {
      await leave();
      await time.increase(LEAVE_SECONDS);
      await expectPaid(BOND_MOR);
      await expect(diamond.withdrawBond(market.router))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(0, 1);
    });
  });

  describe('given the router was slashed', () => {
    it('it should pay what is left', async () => {
      await leave();
      await diamond.connect(await ownerOf(market)).slashRouter(market.router, MOR, ethers.id('reason'));
      await time.increase(LEAVE_SECONDS);
      await expectPaid(BOND_MOR - MOR);
    });
  });

  describe('given the router was cancelled', () => {
    it('it should pay once its books were dropped, and keep it cancelled', async () => {
      const { router } = market;
      const day = await today();
      await commitPlain(market, router, { totalMor: MOR });
      await cancel(market, router);
      await leave();
      await time.increase(LEAVE_SECONDS);
      await expect(diamond.withdrawBond(router))
        .to.be.revertedWithCustomError(diamond, 'BondCoversBooks')
        .withArgs(MOR);
      await diamond.dropDay(router, day);
      await expectPaid(BOND_MOR);
      expect((await diamond.getRouter(router)).state).to.equal(RouterState.Cancelled);
    });
  });

  describe('given a hold of the router ran out', () => {
    it('it should pay as after a cancellation', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await leave();
      await time.increase(HOLD_SECONDS);
      await expectPaid(BOND_MOR);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Cancelled);
    });
  });

  describe('given the router was suspended', () => {
    it('it should pay nothing, because nothing is left', async () => {
      await suspend(market, market.router);
      await leave();
      await time.increase(LEAVE_SECONDS);
      await expectPaid(0n);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Suspended);
    });
  });
});
