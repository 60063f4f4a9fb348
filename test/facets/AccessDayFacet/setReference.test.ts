import { expect } from 'chai';
import { computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { HOUR, load } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { openDayAhead } from '../../fixtures/routers';

const Source = { Market: 0, Quoted: 1 } as const;
/** Reference price of the configuration [MOR-wei per T]. */
const START_PRICE_MOR = 10n ** 11n;

describe('setReference', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setReference(Source.Market, 1, 0))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when the start price is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(diamond.setReference(Source.Quoted, 0, HOUR))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('startPriceMor'));
    });
  });

  describe('when there is no such source', () => {
    it('it should revert', async () => {
      await expect(diamond.setReference(2, 1, 0)).to.be.revertedWithoutReason();
    });
  });

  describe('when the values are sound', () => {
    it('it should set them, tell the old ones, and keep the quote', async () => {
      await diamond.setQuote(10n ** 18n, 10n ** 15n);
      const { quotedAt } = await diamond.getReference();
      await expect(diamond.setReference(Source.Quoted, 7n, HOUR))
        .to.emit(diamond, 'ReferenceChanged')
        .withArgs(Source.Market, Source.Quoted, START_PRICE_MOR, 7n, 0, HOUR);
      expect(await diamond.getReference()).to.deep.equal([
        BigInt(Source.Quoted),
        BigInt(HOUR),
        quotedAt,
        7n,
        10n ** 18n,
        10n ** 15n,
      ]);
      await expect(diamond.setReference(Source.Market, 2n ** 128n - 1n, 2n ** 40n - 1n))
        .to.emit(diamond, 'ReferenceChanged')
        .withArgs(Source.Quoted, Source.Market, 7n, 2n ** 128n - 1n, HOUR, 2n ** 40n - 1n);
    });
  });

  describe('given the day is open', () => {
    it('it should change the next day that is opened only', async () => {
      const day = await today();
      const access = await diamond.getAccessDay(day);
      await diamond.setReference(Source.Market, 2n * START_PRICE_MOR, 0);
      expect(await diamond.getAccessDay(day)).to.deep.equal(access);
      const next = await openDayAhead(market, 1);
      expect((await diamond.getAccessDay(next)).referencePriceMor).to.equal((START_PRICE_MOR * 105n) / 100n);
      expect(await diamond.getAccessDay(day)).to.deep.equal(access);
    });
  });

  describe('when the start price is the largest', () => {
    it('it should let days open all the same', async () => {
      await diamond.setReference(Source.Market, 2n ** 128n - 1n, 0);
      const day = await openDayAhead(market, 1);
      const { referencePriceMor, maxTokens } = await diamond.getAccessDay(day);
      expect(referencePriceMor).to.equal(market.protocol.driftedPriceMor(START_PRICE_MOR, 2n ** 128n - 1n));
      expect(maxTokens).to.equal(0n);
    });
  });
});
