import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import {
  BASE_MODEL_ID,
  DAY,
  MODEL_NAME,
  MOR,
  Op,
  PRICE_MOR,
  Verdict,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { NO_RECEIPT, openSession } from '../../fixtures/sessions';

describe('modelRetire', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const retire = (as = market.provider, modelId = market.modelId) => diamond.connect(as).modelRetire(modelId);

  describe('when the caller is neither the owner of the model nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(retire(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('given the model never was registered', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(retire(market.provider, ethers.ZeroHash))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(ethers.ZeroAddress, market.provider.address);
    });
  });

  describe('given the model has left', () => {
    it('it should revert with ModelHasAlreadyDeregistered', async () => {
      await retire();
      await diamond.connect(market.provider).modelDeregister(market.modelId);
      await expect(retire()).to.be.revertedWithCustomError(diamond, 'ModelHasAlreadyDeregistered');
    });
  });

  describe('given active bids [YS-042]', () => {
    it('it should empty the active lists at once and let old bids never come back', async () => {
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
      const tokenBidId = await diamond.getBidId(market.provider, market.modelId, 1);
      const tx = await expectMoney(market, () => retire(), {});
      await expect(tx).to.emit(diamond, 'ModelRetired').withArgs(market.modelId, 1);
      expect(await diamond.isBidActive(market.bidId)).to.equal(false);
      expect(await diamond.isTokenBidActive(tokenBidId)).to.equal(false);
      expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[], 0n]);
      const view = await diamond.getModelView(market.modelId);
      expect([view.version, view.secondBids, view.tokenBids]).to.deep.equal([1n, 0n, 0n]);
      await retire();
      expect(await diamond.isBidActive(market.bidId)).to.equal(false);
    });
  });

  describe('given a bid of a third party [YS-042]', () => {
    it('it should not lock the stake of the owner of the model', async () => {
      await diamond.connect(market.otherProvider).providerRegister(market.otherProvider, MOR, 'host:2');
      await diamond.connect(market.otherProvider).postModelBid(market.otherProvider, market.modelId, PRICE_MOR);
      await retire();
      await expect(diamond.connect(market.provider).modelDeregister(market.modelId)).to.emit(
        diamond,
        'ModelDeregistered',
      );
    });
  });

  describe('given new content has taken over', () => {
    it('it should raise the version once more', async () => {
      await diamond
        .connect(market.provider)
        .modelRegister(market.provider, BASE_MODEL_ID, ethers.id('new'), 0, 0, MODEL_NAME, []);
      await time.increase(DAY);
      await expect(retire()).to.emit(diamond, 'ModelRetired').withArgs(market.modelId, 2);
    });
  });

  describe('given new content is scheduled', () => {
    it('it should raise the version now and once more at midnight', async () => {
      await diamond
        .connect(market.provider)
        .modelRegister(market.provider, BASE_MODEL_ID, ethers.id('new'), 0, 0, MODEL_NAME, []);
      await retire();
      expect((await diamond.getModelView(market.modelId)).version).to.equal(1n);
      await time.increase(DAY);
      expect((await diamond.getModelView(market.modelId)).version).to.equal(2n);
    });
  });

  describe('given a session is open', () => {
    it('it should leave the session as it is', async () => {
      const { sessionId, openedAt } = await openSession(market);
      await retire();
      await time.setNextBlockTimestamp(openedAt + 1_000);
      await diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, NO_RECEIPT, '0x');
      expect((await diamond.getSessionCredits(market.provider))[1]).to.equal(1_000n * PRICE_MOR);
    });
  });

  describe('when a delegate retires while everything is paused', () => {
    it('it should retire the model', async () => {
      await delegateTo(market, market.provider, market.delegate, 'MODEL');
      await diamond.connect(market.guardian).pause(Op.Register | Op.Bid | Op.Open | Op.Commit);
      await expect(retire(market.delegate)).to.emit(diamond, 'ModelRetired').withArgs(market.modelId, 1);
    });
  });
});
