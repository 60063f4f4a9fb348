import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { midnight, today } from '../../fixtures/days';
import { OpenZeppelin } from '../../fixtures/errors';
import {
  BASE_MODEL_ID,
  CID,
  MODEL_NAME,
  MOR,
  Op,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

const MINIMUM_MOR = MOR / 10n;
const OTHER_CID = ethers.id('other content');
const THIRD_CID = ethers.id('third content');

describe('modelRegister', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const defaults = { baseId: ethers.id('base'), cid: CID, feeMor: 0n, amountMor: MINIMUM_MOR, name: 'm', tags: ['a'] };
  const register = (change: Partial<typeof defaults> = {}, as = market.provider) => {
    const { baseId, cid, feeMor, amountMor, name, tags } = { ...defaults, ...change };
    return diamond.connect(as).modelRegister(market.provider, baseId, cid, feeMor, amountMor, name, tags);
  };
  /** Changes the content of the model that has a bid. */
  const change = (cid: string) => register({ baseId: BASE_MODEL_ID, cid, amountMor: 0n, name: MODEL_NAME });

  describe('given registering is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Register);
      const { until } = await diamond.pauseState();
      await expect(register()).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Register, until);
    });
  });

  describe('when the caller is neither the owner of the model nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(register({}, market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('when the fee does not fit into 88 bits', () => {
    it('it should revert with ValueTooLarge', async () => {
      await expect(register({ feeMor: 2n ** 88n }))
        .to.be.revertedWithCustomError(diamond, 'ValueTooLarge')
        .withArgs(2n ** 88n, 2n ** 88n - 1n);
    });
  });

  describe('when the amount does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      await expect(register({ amountMor: 2n ** 128n }))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 2n ** 128n);
    });
  });

  describe('when the name is empty', () => {
    it('it should revert with ModelNameLengthInvalid', async () => {
      await expect(register({ name: '' }))
        .to.be.revertedWithCustomError(diamond, 'ModelNameLengthInvalid')
        .withArgs(0, 256);
    });
  });

  describe('when the name is too long', () => {
    it('it should revert with ModelNameLengthInvalid', async () => {
      await expect(register({ name: 'x'.repeat(257) }))
        .to.be.revertedWithCustomError(diamond, 'ModelNameLengthInvalid')
        .withArgs(257, 256);
    });
  });

  describe('when there are too many tags', () => {
    it('it should revert with ModelTagsInvalid', async () => {
      await expect(register({ tags: Array<string>(17).fill('t') }))
        .to.be.revertedWithCustomError(diamond, 'ModelTagsInvalid')
        .withArgs(17, 16, 64);
    });
  });

  describe('when a tag is too long', () => {
    it('it should revert with ModelTagsInvalid', async () => {
      await expect(register({ tags: ['t', 'x'.repeat(65)] }))
        .to.be.revertedWithCustomError(diamond, 'ModelTagsInvalid')
        .withArgs(2, 16, 64);
    });
  });

  describe('when the stake is below the minimum', () => {
    it('it should revert with ModelStakeTooLow', async () => {
      await expect(register({ amountMor: MINIMUM_MOR - 1n }))
        .to.be.revertedWithCustomError(diamond, 'ModelStakeTooLow')
        .withArgs(MINIMUM_MOR - 1n, MINIMUM_MOR);
    });
  });

  describe('given the model is new', () => {
    it('it should register it', async () => {
      const modelId = await diamond.getModelId(market.provider, defaults.baseId);
      const tags = [...Array<string>(15).fill('tag'), 'x'.repeat(64)];
      const tx = await expectMoney(market, () => register({ feeMor: 9n, tags }), {
        wallets: [[market.provider, -MINIMUM_MOR]],
        buckets: { ModelStakes: MINIMUM_MOR },
      });
      await expect(tx).to.emit(diamond, 'ModelRegisteredUpdated').withArgs(market.provider.address, modelId);
      await expect(tx).to.emit(diamond, 'ModelUpdated').withArgs(modelId, CID, 9n, MINIMUM_MOR, MINIMUM_MOR, 'm', tags);
      await expect(tx).not.to.emit(diamond, 'ModelContentScheduled');
      expect(await diamond.getModel(modelId)).to.deep.equal([
        CID,
        9n,
        MINIMUM_MOR,
        market.provider.address,
        'm',
        tags,
        BigInt(await time.latest()),
        false,
      ]);
      expect(await diamond.getActiveModelIds(0, 10)).to.deep.equal([[market.modelId, modelId], 2n]);
      expect((await diamond.getModelView(modelId)).version).to.equal(0n);
    });
  });

  describe('given the model is registered', () => {
    describe('when the content stays', () => {
      it('it should top up and change the texts without a new version', async () => {
        const tx = await expectMoney(
          market,
          () => register({ baseId: BASE_MODEL_ID, amountMor: 5n, name: 'new name', tags: [] }),
          { wallets: [[market.provider, -5n]], buckets: { ModelStakes: 5n } },
        );
        await expect(tx)
          .to.emit(diamond, 'ModelUpdated')
          .withArgs(market.modelId, CID, 0, 5n, MINIMUM_MOR + 5n, 'new name', []);
        await expect(tx).not.to.emit(diamond, 'ModelContentScheduled');
        const model = await diamond.getModel(market.modelId);
        expect([model.name, model.tags, model.stake]).to.deep.equal(['new name', [], MINIMUM_MOR + 5n]);
        expect(await diamond.isBidActive(market.bidId)).to.equal(true);
      });
    });

    describe('when the content changes', () => {
      it('it should take over at the next midnight and raise the version', async () => {
        const day = await today();
        await expect(change(OTHER_CID))
          .to.emit(diamond, 'ModelContentScheduled')
          .withArgs(market.modelId, CID, OTHER_CID, day + 1);
        await time.increaseTo(midnight(day + 1) - 1);
        let view = await diamond.getModelView(market.modelId);
        expect([view.record.ipfsCID, view.version, view.pendingFromDay, view.pendingCID]).to.deep.equal([
          CID,
          0n,
          BigInt(day + 1),
          OTHER_CID,
        ]);
        expect(await diamond.isBidActive(market.bidId)).to.equal(true);
        await time.increaseTo(midnight(day + 1));
        view = await diamond.getModelView(market.modelId);
        expect([view.record.ipfsCID, view.version, view.pendingFromDay, view.pendingCID]).to.deep.equal([
          OTHER_CID,
          1n,
          0n,
          ethers.ZeroHash,
        ]);
        expect(await diamond.isBidActive(market.bidId)).to.equal(false);
        expect(await diamond.getModelActiveBids(market.modelId, 0, 10)).to.deep.equal([[], 0n]);
      });
    });

    describe('when the scheduled content is named again', () => {
      it('it should leave the schedule as it is', async () => {
        await change(OTHER_CID);
        await expect(change(OTHER_CID)).not.to.emit(diamond, 'ModelContentScheduled');
      });
    });

    describe('when the present content is named again', () => {
      it('it should take the schedule back', async () => {
        await change(OTHER_CID);
        await expect(change(CID)).to.emit(diamond, 'ModelContentScheduled').withArgs(market.modelId, CID, CID, 0);
        await time.increaseTo(midnight((await today()) + 2));
        expect(await diamond.isBidActive(market.bidId)).to.equal(true);
      });
    });

    describe('given scheduled content has taken over', () => {
      it('it should schedule from the content that holds now', async () => {
        const day = await today();
        await change(OTHER_CID);
        await time.increaseTo(midnight(day + 1));
        await expect(change(THIRD_CID))
          .to.emit(diamond, 'ModelContentScheduled')
          .withArgs(market.modelId, OTHER_CID, THIRD_CID, day + 2);
        expect((await diamond.getModelView(market.modelId)).version).to.equal(1n);
        await time.increaseTo(midnight(day + 2));
        expect((await diamond.getModelView(market.modelId)).version).to.equal(2n);
      });
    });
  });

  describe('given the model has left', () => {
    it('it should come back with the same id', async () => {
      await register();
      const modelId = await diamond.getModelId(market.provider, defaults.baseId);
      const { createdAt } = await diamond.getModel(modelId);
      await diamond.connect(market.provider).modelDeregister(modelId);
      await register();
      const model = await diamond.getModel(modelId);
      expect([model.createdAt, model.isDeleted, model.stake]).to.deep.equal([createdAt, false, MINIMUM_MOR]);
      expect((await diamond.getModelIds(0, 10))[1]).to.equal(2n);
    });
  });

  describe('given the minimum was raised later', () => {
    it('it should stay, and ask for the minimum at the next registration', async () => {
      await diamond.connect(await ownerOf(market)).modelSetMinStake(MOR);
      expect(await diamond.getIsModelActive(market.modelId)).to.equal(true);
      await expect(change(CID)).to.be.revertedWithCustomError(diamond, 'ModelStakeTooLow').withArgs(MINIMUM_MOR, MOR);
    });
  });

  describe('when a delegate registers', () => {
    it('it should pull the amount from the owner of the model', async () => {
      await delegateTo(market, market.provider, market.delegate, 'MODEL');
      await expectMoney(market, () => register({}, market.delegate), {
        wallets: [
          [market.provider, -MINIMUM_MOR],
          [market.delegate, 0n],
        ],
        buckets: { ModelStakes: MINIMUM_MOR },
      });
    });
  });
});
