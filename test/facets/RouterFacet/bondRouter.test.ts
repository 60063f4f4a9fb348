import { expect } from 'chai';
import { ethers } from 'hardhat';
import { BOND_MOR, RouterState, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { OpenZeppelin, wordOf } from '../../fixtures/errors';
import { DAY, MOR, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { commitPlain, suspend } from '../../fixtures/routers';

describe('bondRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.router);
  });

  const expectNotAdmitted = async (account: string, state: bigint) => {
    await expect(diamond.bondRouter(account, MOR))
      .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
      .withArgs(account, state);
  };

  describe('when the amount is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.bondRouter(market.router, 0))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('amountMor'));
    });
  });

  describe('given the router was never admitted', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await expectNotAdmitted(market.stranger.address, RouterState.Unknown);
    });
  });

  describe('given the router left', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await diamond.leaveRouter();
      await time.increase(7 * DAY);
      await diamond.withdrawBond(market.router);
      await expectNotAdmitted(market.router.address, RouterState.Left);
    });
  });

  describe('given the router was suspended', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await suspend(market, market.router);
      await expectNotAdmitted(market.router.address, RouterState.Suspended);
    });
  });

  describe('given the payer gave no allowance', () => {
    it('it should revert with ERC20InsufficientAllowance', async () => {
      await expect(diamond.connect(market.stranger).bondRouter(market.router, MOR))
        .to.be.revertedWithCustomError(OpenZeppelin, 'ERC20InsufficientAllowance')
        .withArgs(await diamond.getAddress(), 0, MOR);
    });
  });

  describe('given the router is admitted', () => {
    it('it should add the MOR of whoever pays to the bond', async () => {
      const { router, user } = market;
      for (const [payer, bondMor] of [
        [router, BOND_MOR + MOR],
        [user, BOND_MOR + 2n * MOR],
      ] as const) {
        const tx = await expectMoney(market, () => diamond.connect(payer).bondRouter(router, MOR), {
          wallets: [[payer, -MOR]],
          buckets: { RouterBonds: MOR },
        });
        await expect(tx).to.emit(diamond, 'RouterBonded').withArgs(router.address, payer.address, MOR, bondMor);
        expect((await diamond.getRouter(router)).bondMor).to.equal(bondMor);
      }
    });
  });

  describe('given the bond covers no more [YS-073]', () => {
    it('it should let the router commit what the new bond covers', async () => {
      const { router } = market;
      const asOwner = diamond.connect(await ownerOf(market));
      await asOwner.slashRouter(router, BOND_MOR - MOR, ethers.ZeroHash);
      await commitPlain(market, router, { totalMor: MOR });
      await expect(commitPlain(market, router, { totalMor: 2n * MOR }))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(MOR, 2n * MOR);
      await diamond.bondRouter(router, MOR);
      await commitPlain(market, router, { totalMor: 2n * MOR });
      const { bondMor, openMor } = await diamond.getRouter(router);
      expect([bondMor, openMor]).to.deep.equal([2n * MOR, 2n * MOR]);
    });
  });
});
