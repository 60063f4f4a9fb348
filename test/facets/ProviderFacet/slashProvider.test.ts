import { expect } from 'chai';
import { ethers } from 'hardhat';
import { MOR, POOL_MOR, Unit, load, openMarket, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { openSession } from '../../fixtures/sessions';

const STAKE_MOR = 100n * MOR;
const MINIMUM_MOR = MOR / 5n;
const REASON = ethers.id('reason');

describe('slashProvider', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  const slash = (amountMor: bigint) => diamond.slashProvider(market.provider, amountMor, REASON);

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).slashProvider(market.provider, 1, REASON))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('given the provider never registered', () => {
    it('it should revert with ProviderNotFound', async () => {
      await expect(diamond.slashProvider(market.stranger, 1, REASON)).to.be.revertedWithCustomError(
        diamond,
        'ProviderNotFound',
      );
    });
  });

  describe('when the amount is above the stake', () => {
    it('it should revert with SlashTooHigh', async () => {
      await expect(slash(STAKE_MOR + 1n))
        .to.be.revertedWithCustomError(diamond, 'SlashTooHigh')
        .withArgs(STAKE_MOR + 1n, STAKE_MOR);
    });
  });

  describe('when the stake stays at the minimum', () => {
    it('it should go into the pool without counting as received, and the bids stay', async () => {
      const amountMor = STAKE_MOR - MINIMUM_MOR;
      const tx = await expectMoney(market, () => slash(amountMor), {
        wallets: [[market.provider, 0n]],
        buckets: { ProviderStakes: -amountMor, Pool: amountMor },
      });
      await expect(tx)
        .to.emit(diamond, 'ProviderSlashed')
        .withArgs(market.provider.address, amountMor, MINIMUM_MOR, REASON);
      await expect(tx)
        .to.emit(diamond, 'PoolCredited')
        .withArgs(amountMor, POOL_MOR + amountMor);
      await expect(tx).not.to.emit(diamond, 'BidDeleted');
      expect((await diamond.getPool()).receivedMor).to.equal(0n);
      expect((await diamond.getProvider(market.provider)).stake).to.equal(MINIMUM_MOR);
      expect(await diamond.isBidActive(market.bidId)).to.equal(true);
    });
  });

  describe('when the stake falls below the minimum [YS-040]', () => {
    it('it should delete all bids and make the provider inactive until it tops up', async () => {
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
      const tokenBidId = await diamond.getBidId(market.provider, market.modelId, 1);
      const tx = slash(STAKE_MOR - MINIMUM_MOR + 1n);
      await expect(tx).to.emit(diamond, 'BidDeleted').withArgs(market.bidId);
      await expect(tx).to.emit(diamond, 'BidDeleted').withArgs(tokenBidId);
      await expect(tx).to.emit(diamond, 'ProviderDeregistered').withArgs(market.provider.address);
      expect(await diamond.getIsProviderActive(market.provider)).to.equal(false);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[], 0n]);
      expect(await diamond.getModelBidViews(market.modelId, Unit.Token, 0, 10)).to.deep.equal([[], 0n]);
      expect(await diamond.getActiveProviders(0, 10)).to.deep.equal([[], 0n]);
      await expect(
        diamond.connect(market.provider).postModelBid(market.provider, market.modelId, MOR),
      ).to.be.revertedWithCustomError(diamond, 'MarketplaceProviderNotFound');
      await diamond.connect(market.provider).providerRegister(market.provider, 1n, 'host:1');
      expect(await diamond.getIsProviderActive(market.provider)).to.equal(true);
    });
  });

  describe('given the provider has left with exposed stake', () => {
    it('it should slash what is there', async () => {
      await openSession(market);
      await diamond.connect(market.provider).deleteModelBid(market.bidId);
      await diamond.connect(market.provider).providerDeregister(market.provider);
      const stakeMor = (await diamond.getProvider(market.provider)).stake;
      expect(stakeMor).to.be.greaterThan(0n);
      const tx = await expectMoney(market, () => slash(stakeMor), {
        buckets: { ProviderStakes: -stakeMor, Pool: stakeMor },
      });
      await expect(tx).not.to.emit(diamond, 'ProviderDeregistered');
      await expect(diamond.connect(market.provider).providerDeregister(market.provider)).to.be.revertedWithCustomError(
        diamond,
        'ProviderHasAlreadyDeregistered',
      );
    });
  });
});
