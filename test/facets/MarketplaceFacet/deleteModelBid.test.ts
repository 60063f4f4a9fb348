import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { MOR, PRICE_MOR, Unit, load, openMarket, time, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('deleteModelBid', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const remove = (as = market.provider, bidId = market.bidId) => diamond.connect(as).deleteModelBid(bidId);

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(remove(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('when the bid does not exist', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(remove(market.provider, ethers.ZeroHash))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(ethers.ZeroAddress, market.provider.address);
    });
  });

  describe('given the registry calls everybody a delegate', () => {
    it('it should revert with MarketplaceActiveBidNotFound for a bid that does not exist', async () => {
      const registry = await ethers.deployContract('MoodyRegistry');
      await diamond.connect(await ownerOf(market)).setRegistry(registry);
      await expect(remove(market.stranger, ethers.ZeroHash)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceActiveBidNotFound',
      );
    });
  });

  describe('given the bid was deleted', () => {
    it('it should revert with MarketplaceActiveBidNotFound', async () => {
      await remove();
      await expect(remove()).to.be.revertedWithCustomError(diamond, 'MarketplaceActiveBidNotFound');
    });
  });

  describe('given the bid is active', () => {
    it('it should take it off the lists and keep its record', async () => {
      const tx = await expectMoney(market, () => remove(), { wallets: [[market.provider, 0n]] });
      await expect(tx).to.emit(diamond, 'MarketplaceBidDeleted').withArgs(market.provider.address, market.modelId, 0);
      await expect(tx).to.emit(diamond, 'BidDeleted').withArgs(market.bidId);
      const bid = await diamond.getBid(market.bidId);
      expect([bid.deletedAt, bid.pricePerSecond]).to.deep.equal([BigInt(await time.latest()), PRICE_MOR]);
      expect(await diamond.isBidActive(market.bidId)).to.equal(false);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[], 0n]);
      expect(await diamond.getProviderActiveBids(market.provider, 0, 10)).to.deep.equal([[], 0n]);
      expect(await diamond.getModelBids(market.modelId, 0, 10)).to.deep.equal([[market.bidId], 1n]);
    });
  });

  describe('given other bids stand behind it in the lists', () => {
    it('it should move the last one into its place', async () => {
      const ids = [market.bidId];
      for (const account of [market.otherProvider, market.user]) {
        await diamond.connect(account).providerRegister(account, MOR, 'host:2');
        await diamond.connect(account).postModelBid(account, market.modelId, PRICE_MOR);
        ids.push(await diamond.getBidId(account, market.modelId, 0));
      }
      await remove();
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[ids[2], ids[1]], 2n]);
      await remove(market.user, ids[2]!);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[ids[1]], 1n]);
      await remove(market.otherProvider, ids[1]!);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[], 0n]);
    });
  });

  describe('given the bid is of an older version of the model', () => {
    it('it should delete it without touching the active list', async () => {
      await diamond.connect(market.otherProvider).providerRegister(market.otherProvider, MOR, 'host:2');
      await diamond.connect(market.provider).modelRetire(market.modelId);
      await diamond.connect(market.otherProvider).postModelBid(market.otherProvider, market.modelId, PRICE_MOR);
      const otherId = await diamond.getBidId(market.otherProvider, market.modelId, 0);
      await remove();
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[otherId], 1n]);
      expect(await diamond.getProviderBidViews(market.provider)).to.deep.equal([]);
    });
  });

  describe('given the bid is per token', () => {
    it('it should delete it without a kept event', async () => {
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
      const bidId = await diamond.getBidId(market.provider, market.modelId, 1);
      const tx = remove(market.provider, bidId);
      await expect(tx).to.emit(diamond, 'BidDeleted').withArgs(bidId);
      await expect(tx).not.to.emit(diamond, 'MarketplaceBidDeleted');
      expect(await diamond.getModelBidViews(market.modelId, Unit.Token, 0, 10)).to.deep.equal([[], 0n]);
      expect(await diamond.isBidActive(market.bidId)).to.equal(true);
    });
  });

  describe('when a delegate deletes', () => {
    it('it should delete the bid', async () => {
      await delegateTo(market, market.provider, market.delegate, 'MARKETPLACE');
      await expect(remove(market.delegate)).to.emit(diamond, 'BidDeleted').withArgs(market.bidId);
    });
  });
});
