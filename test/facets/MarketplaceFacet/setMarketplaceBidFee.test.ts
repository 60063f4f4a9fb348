import { expect } from 'chai';
import { OpenZeppelin } from '../../fixtures/errors';
import { MOR, load, openMarket, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('setMarketplaceBidFee', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.stranger).setMarketplaceBidFee(1))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the fee does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(diamond.setMarketplaceBidFee(2n ** 128n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the fee is zero', () => {
    it('it should let bids be posted for nothing', async () => {
      await expect(diamond.setMarketplaceBidFee(0))
        .to.emit(diamond, 'BidFeeChanged')
        .withArgs((3n * MOR) / 10n, 0);
      expect(await diamond.getBidFee()).to.equal(0n);
      await expectMoney(
        market,
        () => diamond.connect(market.provider).postModelBid(market.provider, market.modelId, MOR),
        { wallets: [[market.provider, 0n]] },
      );
    });
  });

  describe('when the fee is not zero', () => {
    it('it should hold for later bids', async () => {
      await diamond.setMarketplaceBidFee(7n);
      await expectMoney(
        market,
        () => diamond.connect(market.provider).postModelBid(market.provider, market.modelId, MOR),
        { wallets: [[market.provider, -7n]], buckets: { Fees: 7n } },
      );
    });
  });
});
