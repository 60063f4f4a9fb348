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
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';

const STAKE_MOR = MOR / 10n;

describe('modelDeregister', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const leave = (as = market.provider, modelId = market.modelId) => diamond.connect(as).modelDeregister(modelId);
  const deleteBid = () => diamond.connect(market.provider).deleteModelBid(market.bidId);

  describe('when the caller is neither the owner of the model nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(leave(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('given an active bid', () => {
    it('it should revert with ModelHasActiveBids', async () => {
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ModelHasActiveBids');
    });
  });

  describe('given an active token bid', () => {
    it('it should revert with ModelHasActiveBids', async () => {
      await deleteBid();
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ModelHasActiveBids');
    });
  });

  describe('given a bid posted after new content took over', () => {
    it('it should revert with ModelHasActiveBids', async () => {
      await diamond
        .connect(market.provider)
        .modelRegister(market.provider, BASE_MODEL_ID, ethers.id('new'), 0, 0, MODEL_NAME, []);
      await time.increase(DAY);
      await diamond.connect(market.provider).postModelBid(market.provider, market.modelId, PRICE_MOR);
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ModelHasActiveBids');
    });
  });

  describe('given no active bid', () => {
    it('it should give the stake back', async () => {
      await deleteBid();
      const tx = await expectMoney(market, () => leave(), {
        wallets: [[market.provider, STAKE_MOR]],
        buckets: { ModelStakes: -STAKE_MOR },
      });
      await expect(tx).to.emit(diamond, 'ModelDeregistered').withArgs(market.provider.address, market.modelId);
      await expect(tx).to.emit(diamond, 'ModelStakeReturned').withArgs(market.modelId, STAKE_MOR);
      const model = await diamond.getModel(market.modelId);
      expect([model.stake, model.isDeleted]).to.deep.equal([0n, true]);
      expect(await diamond.getActiveModelIds(0, 10)).to.deep.equal([[], 0n]);
      expect(await diamond.getModelIds(0, 10)).to.deep.equal([[market.modelId], 1n]);
    });
  });

  describe('given content was scheduled', () => {
    it('it should drop the schedule', async () => {
      await deleteBid();
      await diamond
        .connect(market.provider)
        .modelRegister(market.provider, BASE_MODEL_ID, ethers.id('new'), 0, 0, MODEL_NAME, []);
      await leave();
      await time.increase(DAY);
      expect((await diamond.getModelView(market.modelId)).version).to.equal(0n);
    });
  });

  describe('given the model has left', () => {
    it('it should revert with ModelHasAlreadyDeregistered', async () => {
      await deleteBid();
      await leave();
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ModelHasAlreadyDeregistered');
    });
  });

  describe('given other models are registered', () => {
    it('it should keep the list of the others whole', async () => {
      const ids: string[] = [];
      for (const name of ['b', 'c', 'd']) {
        const baseId = ethers.id(name);
        await diamond.connect(market.provider).modelRegister(market.provider, baseId, baseId, 0, STAKE_MOR, name, []);
        ids.push(await diamond.getModelId(market.provider, baseId));
      }
      await deleteBid();
      await leave();
      expect(await diamond.getActiveModelIds(0, 10)).to.deep.equal([[ids[2], ids[0], ids[1]], 3n]);
      await leave(market.provider, ids[0]!);
      expect(await diamond.getActiveModelIds(0, 10)).to.deep.equal([[ids[2], ids[1]], 2n]);
      await leave(market.provider, ids[1]!);
      expect(await diamond.getActiveModelIds(0, 10)).to.deep.equal([[ids[2]], 1n]);
    });
  });

  describe('when a delegate leaves while registering is paused', () => {
    it('it should give the stake to the owner of the model', async () => {
      await deleteBid();
      await delegateTo(market, market.provider, market.delegate, 'MODEL');
      await diamond.connect(market.guardian).pause(Op.Register);
      await expectMoney(market, () => leave(market.delegate), {
        wallets: [
          [market.provider, STAKE_MOR],
          [market.delegate, 0n],
        ],
        buckets: { ModelStakes: -STAKE_MOR },
      });
    });
  });
});
