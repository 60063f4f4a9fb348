import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { OpenZeppelin } from '../../fixtures/errors';
import {
  BASE_MODEL_ID,
  DAY,
  MODEL_NAME,
  MOR,
  Op,
  PRICE_MOR,
  Unit,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

const FEE_MOR = (3n * MOR) / 10n;

describe('postModelBid', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
    await diamond.connect(market.otherProvider).providerRegister(market.otherProvider, MOR, 'host:2');
  });

  const post = (priceMor = PRICE_MOR, as = market.otherProvider, modelId = market.modelId) =>
    diamond.connect(as).postModelBid(market.otherProvider, modelId, priceMor);
  const idOf = (nonce: number) => diamond.getBidId(market.otherProvider, market.modelId, nonce);

  describe('given bidding is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Bid);
      const { until } = await diamond.pauseState();
      await expect(post()).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Bid, until);
    });
  });

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(post(PRICE_MOR, market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.otherProvider.address, market.stranger.address);
    });
  });

  describe('given the provider is not registered', () => {
    it('it should revert with MarketplaceProviderNotFound', async () => {
      await expect(
        diamond.connect(market.user).postModelBid(market.user, market.modelId, PRICE_MOR),
      ).to.be.revertedWithCustomError(diamond, 'MarketplaceProviderNotFound');
    });
  });

  describe('given the model is not registered', () => {
    it('it should revert with MarketplaceModelNotFound', async () => {
      await expect(post(PRICE_MOR, market.otherProvider, ethers.id('no model'))).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceModelNotFound',
      );
    });
  });

  describe('when the price is below the range', () => {
    it('it should revert with MarketplaceBidPricePerSecondInvalid', async () => {
      const [minMor] = await diamond.getMinMaxBidPricePerSecond();
      await expect(post(minMor - 1n)).to.be.revertedWithCustomError(diamond, 'MarketplaceBidPricePerSecondInvalid');
      await expect(post(minMor)).to.emit(diamond, 'BidPosted');
    });
  });

  describe('when the price is above the range', () => {
    it('it should revert with MarketplaceBidPricePerSecondInvalid', async () => {
      const [, maxMor] = await diamond.getMinMaxBidPricePerSecond();
      await expect(post(maxMor + 1n)).to.be.revertedWithCustomError(diamond, 'MarketplaceBidPricePerSecondInvalid');
      await expect(post(2n ** 255n)).to.be.revertedWithCustomError(diamond, 'MarketplaceBidPricePerSecondInvalid');
      await expect(post(2n ** 128n + PRICE_MOR)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidPricePerSecondInvalid',
      );
      await expect(post(maxMor)).to.emit(diamond, 'BidPosted');
    });
  });

  describe('given the least stake was raised above that of the provider', () => {
    it('it should post the bid, because who is registered stays', async () => {
      await diamond.connect(await ownerOf(market)).providerSetMinStake(MOR + 1n);
      await expect(post()).to.emit(diamond, 'BidPosted');
    });
  });

  describe('given the provider cannot pay the fee', () => {
    it('it should revert with ERC20InsufficientAllowance', async () => {
      await market.mor.connect(market.otherProvider).approve(diamond, 1n);
      await expect(post())
        .to.be.revertedWithCustomError(OpenZeppelin, 'ERC20InsufficientAllowance')
        .withArgs(await diamond.getAddress(), 1n, FEE_MOR);
    });
  });

  describe('given the provider has no bid on the model', () => {
    it('it should post the bid for a fee and list it', async () => {
      const bidId = await idOf(0);
      const tx = await expectMoney(market, () => post(), {
        wallets: [[market.otherProvider, -FEE_MOR]],
        buckets: { Fees: FEE_MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'MarketplaceBidPosted')
        .withArgs(market.otherProvider.address, market.modelId, 0);
      await expect(tx)
        .to.emit(diamond, 'BidPosted')
        .withArgs(bidId, market.otherProvider.address, market.modelId, Unit.Second, PRICE_MOR, 0, 0);
      expect(await diamond.getBid(bidId)).to.deep.equal([
        market.otherProvider.address,
        market.modelId,
        PRICE_MOR,
        0n,
        BigInt(await time.latest()),
        0n,
      ]);
      expect(await diamond.isBidActive(bidId)).to.equal(true);
      expect(await diamond.isTokenBidActive(bidId)).to.equal(false);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[market.bidId, bidId], 2n]);
      expect(await diamond.getProviderActiveBids(market.otherProvider, 0, 10)).to.deep.equal([[bidId], 1n]);
      expect(await diamond.getFeeBalance()).to.equal(2n * FEE_MOR);
    });
  });

  describe('given the provider has an active bid on the model [YS-041]', () => {
    it('it should delete it and give its places to the new one', async () => {
      await post();
      const tx = await expectMoney(market, () => post(2n * PRICE_MOR), {
        wallets: [[market.otherProvider, -FEE_MOR]],
        buckets: { Fees: FEE_MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'MarketplaceBidDeleted')
        .withArgs(market.otherProvider.address, market.modelId, 0);
      await expect(tx)
        .to.emit(diamond, 'BidDeleted')
        .withArgs(await idOf(0));
      await expect(tx)
        .to.emit(diamond, 'MarketplaceBidPosted')
        .withArgs(market.otherProvider.address, market.modelId, 1);
      expect((await diamond.getBid(await idOf(0))).deletedAt).to.equal(await time.latest());
      expect((await diamond.getBid(await idOf(0))).pricePerSecond).to.equal(PRICE_MOR);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([
        [market.bidId, await idOf(1)],
        2n,
      ]);
      expect(await diamond.getProviderActiveBids(market.otherProvider, 0, 10)).to.deep.equal([[await idOf(1)], 1n]);
      expect(await diamond.getModelBids(market.modelId, 0, 10)).to.deep.equal([
        [market.bidId, await idOf(0), await idOf(1)],
        3n,
      ]);
    });
  });

  describe('given the provider has a token bid on the model', () => {
    it('it should leave it alone and count the nonce on', async () => {
      await diamond.connect(market.otherProvider).postTokenBid(market.otherProvider, market.modelId, 5n);
      await post();
      expect(await diamond.isTokenBidActive(await idOf(0))).to.equal(true);
      expect(await diamond.isBidActive(await idOf(1))).to.equal(true);
    });
  });

  describe('given the present bid is of an older version of the model', () => {
    it('it should delete it and list the new one only', async () => {
      await post();
      await diamond.connect(market.provider).modelRetire(market.modelId);
      await post();
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[await idOf(1)], 1n]);
      expect(await diamond.getProviderActiveBids(market.otherProvider, 0, 10)).to.deep.equal([[await idOf(1)], 1n]);
      expect((await diamond.getProviderBidViews(market.otherProvider)).length).to.equal(1);
    });
  });

  describe('given new content of the model took over at midnight', () => {
    it('it should post a bid that is active at once', async () => {
      await diamond
        .connect(market.provider)
        .modelRegister(market.provider, BASE_MODEL_ID, ethers.id('new'), 0, 0, MODEL_NAME, []);
      await time.increase(DAY);
      expect(await diamond.isBidActive(market.bidId)).to.equal(false);
      await post();
      expect(await diamond.isBidActive(await idOf(0))).to.equal(true);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[await idOf(0)], 1n]);
      await expect(
        diamond.connect(market.otherProvider).providerDeregister(market.otherProvider),
      ).to.be.revertedWithCustomError(diamond, 'ProviderHasActiveBids');
      await diamond.connect(market.otherProvider).deleteModelBid(await idOf(0));
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[], 0n]);
    });
  });

  describe('given the provider has 64 bids that are not deleted [YS-041]', () => {
    it('it should revert with TooManyBids', async () => {
      const modelIds: string[] = [];
      for (let i = 0; i < 65; i++) {
        const baseId = ethers.zeroPadValue(ethers.toBeHex(i + 100), 32);
        await diamond.connect(market.provider).modelRegister(market.provider, baseId, baseId, 0, MOR / 10n, 'm', []);
        modelIds.push(await diamond.getModelId(market.provider, baseId));
      }
      for (const modelId of modelIds.slice(0, 64)) await post(PRICE_MOR, market.otherProvider, modelId);
      await expect(post(PRICE_MOR, market.otherProvider, modelIds[64]!))
        .to.be.revertedWithCustomError(diamond, 'TooManyBids')
        .withArgs(market.otherProvider.address, 64);
      await expect(post(PRICE_MOR, market.otherProvider, modelIds[63]!)).to.emit(diamond, 'BidPosted');

      const owner = diamond.connect(await ownerOf(market));
      await expect(owner.slashProvider(market.otherProvider, MOR, ethers.ZeroHash)).to.emit(diamond, 'BidDeleted');
      expect(await diamond.getProviderBidViews(market.otherProvider)).to.deep.equal([]);
      expect(await diamond.getModelActiveBids(modelIds[63]!, 0, 10)).to.deep.equal([[], 0n]);
    });
  });

  describe('when a delegate posts', () => {
    it('it should pull the fee from the provider', async () => {
      await delegateTo(market, market.otherProvider, market.delegate, 'MARKETPLACE');
      await expectMoney(market, () => post(PRICE_MOR, market.delegate), {
        wallets: [
          [market.otherProvider, -FEE_MOR],
          [market.delegate, 0n],
        ],
        buckets: { Fees: FEE_MOR },
      });
    });
  });
});
