import { expect } from 'chai';
import { ethers } from 'hardhat';
import {
  BASE_MODEL_ID,
  CID,
  DAY,
  MODEL_NAME,
  MOR,
  Op,
  PRICE_MOR,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';

describe('confirmBid', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const confirm = (as = market.provider, bidId = market.bidId) => diamond.connect(as).confirmBid(bidId);
  const retire = () => diamond.connect(market.provider).modelRetire(market.modelId);

  describe('given bidding is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Bid);
      const { until } = await diamond.pauseState();
      await expect(confirm()).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Bid, until);
    });
  });

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(confirm(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('given the bid was deleted', () => {
    it('it should revert with MarketplaceActiveBidNotFound', async () => {
      await diamond.connect(market.provider).deleteModelBid(market.bidId);
      await expect(confirm()).to.be.revertedWithCustomError(diamond, 'MarketplaceActiveBidNotFound');
    });
  });

  describe('given the bid has the present version', () => {
    it('it should revert with BidIsCurrent', async () => {
      await expect(confirm()).to.be.revertedWithCustomError(diamond, 'BidIsCurrent').withArgs(market.bidId, 0);
    });
  });

  describe('given the provider has left', () => {
    it('it should revert with MarketplaceProviderNotFound', async () => {
      await retire();
      await diamond.connect(market.provider).providerDeregister(market.provider);
      await expect(confirm()).to.be.revertedWithCustomError(diamond, 'MarketplaceProviderNotFound');
    });
  });

  describe('given the model has left', () => {
    it('it should revert with MarketplaceModelNotFound', async () => {
      await retire();
      await diamond.connect(market.provider).modelDeregister(market.modelId);
      await expect(confirm()).to.be.revertedWithCustomError(diamond, 'MarketplaceModelNotFound');
    });
  });

  describe('given the model was retired', () => {
    it('it should make the bid active again without a fee', async () => {
      await retire();
      expect(await diamond.isBidActive(market.bidId)).to.equal(false);
      const tx = await expectMoney(market, () => confirm(), { wallets: [[market.provider, 0n]] });
      await expect(tx).to.emit(diamond, 'BidConfirmed').withArgs(market.bidId, 1);
      expect(await diamond.isBidActive(market.bidId)).to.equal(true);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[market.bidId], 1n]);
      expect((await diamond.getBid(market.bidId)).pricePerSecond).to.equal(PRICE_MOR);
    });
  });

  describe('given new content took over at midnight', () => {
    it('it should make the bid active for the new content at once', async () => {
      await diamond
        .connect(market.provider)
        .modelRegister(market.provider, BASE_MODEL_ID, ethers.id('new'), 0, 0, MODEL_NAME, []);
      await time.increase(DAY);
      await confirm();
      expect(await diamond.isBidActive(market.bidId)).to.equal(true);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[market.bidId], 1n]);
      await expect(confirm()).to.be.revertedWithCustomError(diamond, 'BidIsCurrent').withArgs(market.bidId, 1);
    });
  });

  describe('given the model left and came back', () => {
    it('it should confirm into the version that holds now', async () => {
      await retire();
      await diamond.connect(market.provider).modelDeregister(market.modelId);
      await diamond.connect(market.provider).modelRegister(market.provider, BASE_MODEL_ID, CID, 0, MOR, MODEL_NAME, []);
      expect(await diamond.isBidActive(market.bidId)).to.equal(false);
      await confirm();
      expect(await diamond.isBidActive(market.bidId)).to.equal(true);
    });
  });
});
