import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import {
  HOUR,
  MOR,
  Op,
  PRICE_MOR,
  Unit,
  Verdict,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { NO_RECEIPT, openSession } from '../../fixtures/sessions';

describe('repriceBid', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];
  let postedAt: number;
  let newId: string;

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
    postedAt = Number((await diamond.getBid(market.bidId)).createdAt);
    newId = await diamond.getBidId(market.provider, market.modelId, 1);
  });

  const reprice = (priceMor = 2n * PRICE_MOR, as = market.provider, bidId = market.bidId) =>
    diamond.connect(as).repriceBid(bidId, priceMor);
  const anHourLater = () => time.setNextBlockTimestamp(postedAt + HOUR);

  describe('given bidding is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Bid);
      const { until } = await diamond.pauseState();
      await expect(reprice()).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Bid, until);
    });
  });

  describe('when the bid does not exist', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(reprice(1n, market.provider, ethers.ZeroHash))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(ethers.ZeroAddress, market.provider.address);
    });
  });

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(reprice(1n, market.otherProvider))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.otherProvider.address);
    });
  });

  describe('given the bid was deleted', () => {
    it('it should revert with MarketplaceActiveBidNotFound', async () => {
      await diamond.connect(market.provider).deleteModelBid(market.bidId);
      await anHourLater();
      await expect(reprice()).to.be.revertedWithCustomError(diamond, 'MarketplaceActiveBidNotFound');
    });
  });

  describe('given the bid is of an older version of the model', () => {
    it('it should revert with MarketplaceActiveBidNotFound', async () => {
      await diamond.connect(market.provider).modelRetire(market.modelId);
      await anHourLater();
      await expect(reprice()).to.be.revertedWithCustomError(diamond, 'MarketplaceActiveBidNotFound');
    });
  });

  describe('given the bid is younger than an hour', () => {
    it('it should revert with RepriceTooSoon', async () => {
      await time.setNextBlockTimestamp(postedAt + HOUR - 1);
      await expect(reprice())
        .to.be.revertedWithCustomError(diamond, 'RepriceTooSoon')
        .withArgs(postedAt + HOUR - 1, postedAt + HOUR);
    });
  });

  describe('when the price lies outside the range', () => {
    it('it should revert with MarketplaceBidPricePerSecondInvalid', async () => {
      await anHourLater();
      await expect(reprice(0n)).to.be.revertedWithCustomError(diamond, 'MarketplaceBidPricePerSecondInvalid');
      await expect(reprice(2n ** 128n)).to.be.revertedWithCustomError(diamond, 'MarketplaceBidPricePerSecondInvalid');
    });
  });

  describe('given the bid is per token and the price lies outside the range', () => {
    it('it should revert with TokenPriceOutOfRange', async () => {
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
      await time.increase(HOUR);
      const [minMor, maxMor] = await diamond.getMinMaxPricePerToken();
      await expect(reprice(maxMor + 1n, market.provider, newId))
        .to.be.revertedWithCustomError(diamond, 'TokenPriceOutOfRange')
        .withArgs(maxMor + 1n, minMor, maxMor);
    });
  });

  describe('given the bid is an hour old [YS-041]', () => {
    it('it should replace it without a fee, in the same places', async () => {
      await diamond.connect(market.otherProvider).providerRegister(market.otherProvider, MOR, 'host:2');
      await diamond.connect(market.otherProvider).postModelBid(market.otherProvider, market.modelId, PRICE_MOR);
      const otherId = await diamond.getBidId(market.otherProvider, market.modelId, 0);
      await anHourLater();
      const tx = await expectMoney(market, () => reprice(), { wallets: [[market.provider, 0n]] });
      await expect(tx)
        .to.emit(diamond, 'BidPosted')
        .withArgs(newId, market.provider.address, market.modelId, Unit.Second, 2n * PRICE_MOR, 1, 0);
      await expect(tx).to.emit(diamond, 'MarketplaceBidPosted').withArgs(market.provider.address, market.modelId, 1);
      await expect(tx).to.emit(diamond, 'MarketplaceBidDeleted').withArgs(market.provider.address, market.modelId, 0);
      await expect(tx).to.emit(diamond, 'BidDeleted').withArgs(market.bidId);
      expect((await diamond.getBid(market.bidId)).pricePerSecond).to.equal(PRICE_MOR);
      expect((await diamond.getBid(newId)).pricePerSecond).to.equal(2n * PRICE_MOR);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[newId, otherId], 2n]);
    });
  });

  describe('given the bid was repriced within the hour', () => {
    it('it should revert with RepriceTooSoon', async () => {
      await anHourLater();
      await reprice();
      const repricedAt = await time.latest();
      await time.setNextBlockTimestamp(repricedAt + HOUR - 1);
      await expect(reprice(3n * PRICE_MOR, market.provider, newId))
        .to.be.revertedWithCustomError(diamond, 'RepriceTooSoon')
        .withArgs(repricedAt + HOUR - 1, repricedAt + HOUR);
    });
  });

  describe('given a session is open on the bid', () => {
    it('it should leave the price of the session', async () => {
      await anHourLater();
      const { sessionId, openedAt } = await openSession(market);
      await reprice();
      await time.setNextBlockTimestamp(openedAt + 1_000);
      await diamond.connect(market.user).closeSession(sessionId, Verdict.None, NO_RECEIPT, '0x');
      expect((await diamond.getSessionCredits(market.provider))[1]).to.equal(1_000n * PRICE_MOR);
    });
  });

  describe('when a delegate reprices', () => {
    it('it should replace the bid', async () => {
      await delegateTo(market, market.provider, market.delegate, 'MARKETPLACE');
      await anHourLater();
      await reprice(2n * PRICE_MOR, market.delegate);
      expect(await diamond.isBidActive(newId)).to.equal(true);
    });
  });
});
