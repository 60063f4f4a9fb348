import { expect } from 'chai';
import { ethers } from 'hardhat';
import { BOND_MOR, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { wordOf } from '../../fixtures/errors';
import { MOR, load } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { cancel, commitPlain } from '../../fixtures/routers';

const REASON = ethers.id('reason');

describe('slashRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).slashRouter(market.router, 1, REASON))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the amount is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.slashRouter(market.router, 0, REASON))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('amountMor'));
    });
  });

  describe('when the amount is above the bond', () => {
    it('it should revert with BondTooLow', async () => {
      await expect(diamond.slashRouter(market.router, BOND_MOR + 1n, REASON))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(BOND_MOR, BOND_MOR + 1n);
      await expect(diamond.slashRouter(market.stranger, 1, REASON))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(0, 1);
    });
  });

  describe('when the bond covers the amount', () => {
    it('it should go into the pool without counting as received', async () => {
      const { router } = market;
      const before = await diamond.getPool();
      const tx = await expectMoney(market, () => diamond.slashRouter(router, 2n * MOR, REASON), {
        wallets: [[router, 0n]],
        buckets: { RouterBonds: -2n * MOR, Pool: 2n * MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'RouterSlashed')
        .withArgs(router.address, 2n * MOR, ethers.ZeroAddress, 0, REASON);
      await expect(tx)
        .to.emit(diamond, 'PoolCredited')
        .withArgs(2n * MOR, before.balanceMor + 2n * MOR);
      expect((await diamond.getPool()).receivedMor).to.equal(before.receivedMor);
      expect((await diamond.getRouter(router)).bondMor).to.equal(BOND_MOR - 2n * MOR);
    });
  });

  describe('when the whole bond goes while books are open', () => {
    it('it should leave the books as they are and let the router commit no more', async () => {
      const { router } = market;
      await commitPlain(market, router, { totalMor: MOR });
      await diamond.slashRouter(router, BOND_MOR, REASON);
      const { bondMor, openMor } = await diamond.getRouter(router);
      expect([bondMor, openMor]).to.deep.equal([0n, MOR]);
      await expect(commitPlain(market, router, { totalMor: MOR + 1n }))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(0, MOR + 1n);
    });
  });

  describe('given the router was cancelled', () => {
    it('it should take the bond all the same', async () => {
      await cancel(market, market.router);
      await expectMoney(market, () => diamond.slashRouter(market.router, BOND_MOR, REASON), {
        buckets: { RouterBonds: -BOND_MOR, Pool: BOND_MOR },
      });
    });
  });
});
