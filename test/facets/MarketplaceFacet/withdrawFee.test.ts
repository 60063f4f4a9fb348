import { expect } from 'chai';
import { ethers } from 'hardhat';
import { wordOf } from '../../fixtures/errors';
import { MOR, load, openMarket, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

const FEE_MOR = (3n * MOR) / 10n;

describe('withdrawFee', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).withdrawFee(market.guardian, 1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the amount is zero', () => {
    it('it should revert with MarketplaceFeeAmountIsZero', async () => {
      await expect(diamond.withdrawFee(market.stranger, 0)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceFeeAmountIsZero',
      );
    });
  });

  describe('given no fees are there', () => {
    it('it should revert with MarketplaceFeeAmountIsZero', async () => {
      await diamond.withdrawFee(market.stranger, FEE_MOR);
      await expect(diamond.withdrawFee(market.stranger, 1)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceFeeAmountIsZero',
      );
    });
  });

  describe('when the recipient is the zero address', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.withdrawFee(ethers.ZeroAddress, 1))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('recipient'));
    });
  });

  describe('when less than what is there is asked for', () => {
    it('it should pay it and keep the rest', async () => {
      const tx = await expectMoney(market, () => diamond.withdrawFee(market.stranger, 9n), {
        wallets: [[market.stranger, 9n]],
        buckets: { Fees: -9n },
      });
      await expect(tx).to.emit(diamond, 'FeeWithdrawn').withArgs(market.stranger.address, 9n);
      expect(await diamond.getFeeBalance()).to.equal(FEE_MOR - 9n);
    });
  });

  describe('when more than what is there is asked for', () => {
    it('it should pay what is there and touch no other bucket', async () => {
      await expectMoney(market, () => diamond.withdrawFee(market.stranger, ethers.MaxUint256), {
        wallets: [[market.stranger, FEE_MOR]],
        buckets: { Fees: -FEE_MOR },
      });
    });
  });
});
