import { expect } from 'chai';
import { OpenZeppelin } from '../../fixtures/errors';
import { Unit, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setMinMaxPricePerToken', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.stranger).setMinMaxPricePerToken(1, 2))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the lowest price is zero', () => {
    it('it should revert with MarketplaceBidMinPricePerSecondIsZero', async () => {
      await expect(diamond.setMinMaxPricePerToken(0, 2)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidMinPricePerSecondIsZero',
      );
    });
  });

  describe('when the lowest price is above the highest', () => {
    it('it should revert with MarketplaceBidMinPricePerSecondIsInvalid', async () => {
      await expect(diamond.setMinMaxPricePerToken(3, 2)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidMinPricePerSecondIsInvalid',
      );
    });
  });

  describe('when the highest price does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(diamond.setMinMaxPricePerToken(1, 2n ** 128n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the range holds', () => {
    it('it should set it and tell the old one', async () => {
      const [minMor, maxMor] = await diamond.getMinMaxPricePerToken();
      const tx = diamond.setMinMaxPricePerToken(5, 5);
      await expect(tx).to.emit(diamond, 'PriceRangeChanged').withArgs(Unit.Token, minMor, maxMor, 5, 5);
      await expect(tx).not.to.emit(diamond, 'MarketplaceBidMinMaxPriceUpdated');
      expect(await diamond.getMinMaxPricePerToken()).to.deep.equal([5n, 5n]);
    });
  });
});
