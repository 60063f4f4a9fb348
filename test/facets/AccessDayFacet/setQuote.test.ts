import { expect } from 'chai';
import { computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { DAY, load, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { openDayAhead } from '../../fixtures/routers';

const QUOTED = 1;
const MOR_PRICES = [10n ** 12n, 10n ** 24n] as const;
const PRICES_PER_1000 = [10n ** 6n, 10n ** 24n] as const;

describe('setQuote', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setQuote(10n ** 18n, 10n ** 15n))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the price of a MOR is out of its range', () => {
    it('it should revert with ValueOutOfRange', async () => {
      for (const priceWad of [0n, MOR_PRICES[0] - 1n, MOR_PRICES[1] + 1n]) {
        await expect(diamond.setQuote(priceWad, 10n ** 15n))
          .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
          .withArgs(wordOf('morPriceWad'), priceWad, ...MOR_PRICES);
      }
    });
  });

  describe('when the price of 1,000 tokens is out of its range', () => {
    it('it should revert with ValueOutOfRange', async () => {
      for (const priceWad of [0n, PRICES_PER_1000[0] - 1n, PRICES_PER_1000[1] + 1n]) {
        await expect(diamond.setQuote(10n ** 18n, priceWad))
          .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
          .withArgs(wordOf('pricePer1000Wad'), priceWad, ...PRICES_PER_1000);
      }
    });
  });

  describe('when both are in range', () => {
    it('it should set them with the moment, and tell the old ones', async () => {
      await expect(diamond.setQuote(20n * 10n ** 18n, 2n * 10n ** 15n))
        .to.emit(diamond, 'QuoteChanged')
        .withArgs(0, 20n * 10n ** 18n, 0, 2n * 10n ** 15n);
      await time.increase(DAY);
      await expect(diamond.setQuote(10n ** 18n, 10n ** 15n))
        .to.emit(diamond, 'QuoteChanged')
        .withArgs(20n * 10n ** 18n, 10n ** 18n, 2n * 10n ** 15n, 10n ** 15n);
      const { quotedAt, morPriceWad, pricePer1000Wad } = await diamond.getReference();
      expect([quotedAt, morPriceWad, pricePer1000Wad]).to.deep.equal([
        BigInt(await time.latest()),
        10n ** 18n,
        10n ** 15n,
      ]);
    });
  });

  describe('given the day is open', () => {
    it('it should change the next day that is opened only', async () => {
      const day = await today();
      await diamond.setReference(QUOTED, 1, 10 * DAY);
      const access = await diamond.getAccessDay(day);
      await diamond.setQuote(10n ** 18n, 10n ** 18n);
      expect(await diamond.getAccessDay(day)).to.deep.equal(access);
      const next = await openDayAhead(market, 1);
      expect((await diamond.getAccessDay(next)).referencePriceMor).to.equal(10n ** 15n);
    });
  });

  describe('when the prices are as far apart as they can be', () => {
    it('it should let days open with the exact values', async () => {
      await diamond.setReference(QUOTED, 1, 10 * DAY);
      for (const morPriceWad of MOR_PRICES) {
        for (const pricePer1000Wad of PRICES_PER_1000) {
          await diamond.setQuote(morPriceWad, pricePer1000Wad);
          const day = await openDayAhead(market, 1);
          const { budgetMor } = await diamond.getDay(day);
          const quote = { morPriceWad, pricePer1000Wad };
          expect(await diamond.getAccessDay(day)).to.deep.equal([
            market.protocol.quotedReferenceMor(quote),
            market.protocol.quotedMaxTokens(budgetMor, quote),
            true,
          ]);
        }
      }
    });
  });
});
