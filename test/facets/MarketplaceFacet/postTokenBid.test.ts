import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { MOR, Op, Unit, load, openMarket, time, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';

const FEE_MOR = (3n * MOR) / 10n;
const PRICE_PER_TOKEN_MOR = 10n ** 12n;

describe('postTokenBid', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const post = (priceMor = PRICE_PER_TOKEN_MOR, as = market.provider, modelId = market.modelId) =>
    diamond.connect(as).postTokenBid(market.provider, modelId, priceMor);
  const idOf = (nonce: number) => diamond.getBidId(market.provider, market.modelId, nonce);

  describe('given bidding is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Bid);
      const { until } = await diamond.pauseState();
      await expect(post()).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Bid, until);
    });
  });

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(post(1n, market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('given the provider is not registered', () => {
    it('it should revert with MarketplaceProviderNotFound', async () => {
      await expect(
        diamond.connect(market.user).postTokenBid(market.user, market.modelId, 1n),
      ).to.be.revertedWithCustomError(diamond, 'MarketplaceProviderNotFound');
    });
  });

  describe('given the model is not registered', () => {
    it('it should revert with MarketplaceModelNotFound', async () => {
      await expect(post(1n, market.provider, ethers.id('no model'))).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceModelNotFound',
      );
    });
  });

  describe('when the price lies outside the range', () => {
    it('it should revert with TokenPriceOutOfRange', async () => {
      const [minMor, maxMor] = await diamond.getMinMaxPricePerToken();
      for (const priceMor of [minMor - 1n, maxMor + 1n, 2n ** 128n + 1n, 2n ** 255n]) {
        await expect(post(priceMor))
          .to.be.revertedWithCustomError(diamond, 'TokenPriceOutOfRange')
          .withArgs(priceMor, minMor, maxMor);
      }
    });
  });

  describe('when the price lies in the range', () => {
    it('it should post a bid that appears in the reads of token bids only', async () => {
      const bidId = await idOf(1);
      const tx = await expectMoney(market, () => post(), {
        wallets: [[market.provider, -FEE_MOR]],
        buckets: { Fees: FEE_MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'BidPosted')
        .withArgs(bidId, market.provider.address, market.modelId, Unit.Token, PRICE_PER_TOKEN_MOR, 1, 0);
      await expect(tx).not.to.emit(diamond, 'MarketplaceBidPosted');
      expect(await diamond.isTokenBidActive(bidId)).to.equal(true);
      expect(await diamond.isBidActive(bidId)).to.equal(false);
      expect((await diamond.getBid(bidId)).provider).to.equal(ethers.ZeroAddress);
      const view = await diamond.getBidView(bidId);
      expect([view.unit, view.priceMor, view.createdAt, view.isActive]).to.deep.equal([
        BigInt(Unit.Token),
        PRICE_PER_TOKEN_MOR,
        BigInt(await time.latest()),
        true,
      ]);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[market.bidId], 1n]);
      expect(await diamond.getModelBids(market.modelId, 0, 10)).to.deep.equal([[market.bidId], 1n]);
      expect(await diamond.getProviderActiveBids(market.provider, 0, 10)).to.deep.equal([[market.bidId], 1n]);
      expect(await diamond.getProviderBids(market.provider, 0, 10)).to.deep.equal([[market.bidId], 1n]);
      const [views, total] = await diamond.getModelBidViews(market.modelId, Unit.Token, 0, 10);
      expect([views.map((each) => each.bidId), total]).to.deep.equal([[bidId], 1n]);
      expect((await diamond.getProviderBidViews(market.provider)).map((each) => each.bidId)).to.deep.equal([
        market.bidId,
        bidId,
      ]);
    });
  });

  describe('given the provider has an active token bid on the model', () => {
    it('it should delete it without a kept event', async () => {
      await post();
      const tx = post(5n);
      await expect(tx)
        .to.emit(diamond, 'BidDeleted')
        .withArgs(await idOf(1));
      await expect(tx).not.to.emit(diamond, 'MarketplaceBidDeleted');
      expect(await diamond.isTokenBidActive(await idOf(1))).to.equal(false);
      expect(await diamond.isTokenBidActive(await idOf(2))).to.equal(true);
      expect(await diamond.isBidActive(market.bidId)).to.equal(true);
    });
  });

  describe('when a delegate posts', () => {
    it('it should pull the fee from the provider', async () => {
      await delegateTo(market, market.provider, market.delegate, 'MARKETPLACE');
      await expectMoney(market, () => post(5n, market.delegate), {
        wallets: [[market.provider, -FEE_MOR]],
        buckets: { Fees: FEE_MOR },
      });
    });
  });
});
