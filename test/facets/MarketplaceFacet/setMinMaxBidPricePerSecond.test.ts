import { expect } from 'chai';
import { OpenZeppelin } from '../../fixtures/errors';
import { Unit, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setMinMaxBidPricePerSecond', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.stranger).setMinMaxBidPricePerSecond(1, 2))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the lowest price is zero', () => {
    it('it should revert with MarketplaceBidMinPricePerSecondIsZero', async () => {
      await expect(diamond.setMinMaxBidPricePerSecond(0, 2)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidMinPricePerSecondIsZero',
      );
    });
  });

  describe('when the lowest price is above the highest', () => {
    it('it should revert with MarketplaceBidMinPricePerSecondIsInvalid', async () => {
      await expect(diamond.setMinMaxBidPricePerSecond(3, 2)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidMinPricePerSecondIsInvalid',
      );
    });
  });

  describe('when the highest price does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(diamond.setMinMaxBidPricePerSecond(1, 2n ** 128n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the range holds', () => {
    it('it should set it and tell the old one', async () => {
      const [minMor, maxMor] = await diamond.getMinMaxBidPricePerSecond();
      const tx = diamond.setMinMaxBidPricePerSecond(5, 5);
      await expect(tx).to.emit(diamond, 'PriceRangeChanged').withArgs(Unit.Second, minMor, maxMor, 5, 5);
      await expect(tx).to.emit(diamond, 'MarketplaceBidMinMaxPriceUpdated').withArgs(5, 5);
      expect(await diamond.getMinMaxBidPricePerSecond()).to.deep.equal([5n, 5n]);
    });
  });
});
