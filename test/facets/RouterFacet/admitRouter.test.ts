import { expect } from 'chai';
import { ethers } from 'hardhat';
import { BOND_MOR, HOLD_SECONDS, RouterState, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { DAY, load, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { cancel, suspend } from '../../fixtures/routers';

/** Most routers ever. */
const MAX_ROUTERS = 16;

describe('admitRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
    await diamond.setRouterShare(market.otherRouter, 0);
  });

  const expectNotAdmissible = async (state: bigint) => {
    await expect(diamond.admitRouter(market.router, 1))
      .to.be.revertedWithCustomError(diamond, 'RouterNotAdmissible')
      .withArgs(market.router.address, state);
  };

  describe('when the caller is not the owner [YS-072]', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).admitRouter(market.stranger, 1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the router is the zero address', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.admitRouter(ethers.ZeroAddress, 1))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('router'));
    });
  });

  describe('given the router is admitted', () => {
    it('it should revert with RouterNotAdmissible', async () => expectNotAdmissible(RouterState.Admitted));
  });

  describe('given the router was suspended [YS-076]', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await suspend(market, market.router);
      await expectNotAdmissible(RouterState.Suspended);
    });
  });

  describe('given the router was cancelled [YS-076]', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await cancel(market, market.router);
      await expectNotAdmissible(RouterState.Cancelled);
    });
  });

  describe('given a hold of the router ran out [YS-076]', () => {
    it('it should revert with RouterNotAdmissible', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(HOLD_SECONDS);
      await expectNotAdmissible(RouterState.Cancelled);
    });
  });

  describe('given there are 16 routers', () => {
    it('it should revert with TooManyRouters', async () => {
      const admitted = (await diamond.getRouters()).length;
      for (let i = admitted; i < MAX_ROUTERS; ++i) await diamond.admitRouter(ethers.toBeHex(0xbeef + i, 20), 0);
      await expect(diamond.admitRouter(market.stranger, 0))
        .to.be.revertedWithCustomError(diamond, 'TooManyRouters')
        .withArgs(MAX_ROUTERS);
    });
  });

  describe('when all shares together pass 100 %', () => {
    it('it should revert with SharesTooHigh', async () => {
      await expect(diamond.admitRouter(market.stranger, 4_001))
        .to.be.revertedWithCustomError(diamond, 'SharesTooHigh')
        .withArgs(10_001, 10_000);
    });
  });

  describe('when the shares fit', () => {
    it('it should admit the router with a share from the next day on', async () => {
      const { stranger, router, otherRouter } = market;
      const day = await today();
      const tx = diamond.admitRouter(stranger, 4_000);
      await expect(tx).to.emit(diamond, 'RouterAdmitted').withArgs(stranger.address);
      await expect(tx)
        .to.emit(diamond, 'RouterShareChanged')
        .withArgs(stranger.address, day + 1, 0, 4_000);
      const { state, bondMor, openMor, shareBps, nextShareBps, heldAt, withdrawableAt, openDay } =
        await diamond.getRouter(stranger);
      expect([state, bondMor, openMor, shareBps, nextShareBps, heldAt, withdrawableAt, openDay]).to.deep.equal([
        RouterState.Admitted,
        0n,
        0n,
        0n,
        4_000n,
        0n,
        0n,
        0n,
      ]);
      expect(await diamond.routerShare(stranger, day)).to.equal(0n);
      expect(await diamond.routerShare(stranger, day + 1)).to.equal(4_000n);
      expect((await diamond.getRouters()).map((each) => each.router)).to.deep.equal([
        router.address,
        otherRouter.address,
        stranger.address,
      ]);
    });
  });

  describe('given the router left', () => {
    it('it should admit it again in its old place', async () => {
      const { router } = market;
      await diamond.connect(router).leaveRouter();
      await time.increase(7 * DAY);
      await diamond.withdrawBond(router);
      await diamond.admitRouter(router, 5_000);
      const { state, withdrawableAt, nextShareBps } = await diamond.getRouter(router);
      expect([state, withdrawableAt, nextShareBps]).to.deep.equal([RouterState.Admitted, 0n, 5_000n]);
      expect(await diamond.getRouters()).to.have.length(2);
      await diamond.connect(router).bondRouter(router, BOND_MOR);
      await expect(diamond.withdrawBond(router))
        .to.be.revertedWithCustomError(diamond, 'BondLocked')
        .withArgs((await time.latest()) + 1, 0);
    });
  });
});
