import { expect } from 'chai';
import { ethers } from 'hardhat';
import { CID, MOR, load, openMarket } from '../../fixtures/market';

describe('reads of ModelFacet', () => {
  it('are zero for models that never were', async () => {
    const { diamond } = await load(openMarket);
    const id = ethers.id('no model');
    expect(await diamond.getModel(id)).to.deep.equal([ethers.ZeroHash, 0n, 0n, ethers.ZeroAddress, '', [], 0n, false]);
    expect(await diamond.getIsModelActive(id)).to.equal(false);
    expect(await diamond.getModelMinimumStake()).to.equal(MOR / 10n);
  });

  it('derive an id from owner and base id', async () => {
    const { diamond, provider } = await load(openMarket);
    const baseId = ethers.id('base');
    expect(await diamond.getModelId(provider, baseId)).to.equal(
      ethers.solidityPackedKeccak256(['address', 'bytes32'], [provider.address, baseId]),
    );
  });

  it('page all models ever and those that are active', async () => {
    const { diamond, provider, modelId, bidId } = await load(openMarket);
    const ids = [modelId];
    for (let i = 0; i < 9; i++) {
      const baseId = ethers.id(`base ${i}`);
      await diamond.connect(provider).modelRegister(provider, baseId, CID, i, MOR, `model ${i}`, [`${i}`]);
      ids.push(await diamond.getModelId(provider, baseId));
    }
    await diamond.connect(provider).deleteModelBid(bidId);
    await diamond.connect(provider).modelDeregister(modelId);
    const active = [ids[9]!, ...ids.slice(1, 9)];
    for (const [offset, limit] of [
      [0, 100],
      [7, 2],
      [8, 9],
      [20, 1],
    ] as const) {
      expect(await diamond.getModelIds(offset, limit)).to.deep.equal([ids.slice(offset, offset + limit), 10n]);
      const expected = active.slice(offset, offset + limit);
      expect(await diamond.getActiveModelIds(offset, limit)).to.deep.equal([expected, 9n]);
      const [views, total] = await diamond.getActiveModelViews(offset, limit);
      expect([views.map((view) => view.modelId), total]).to.deep.equal([expected, 9n]);
    }
    const [views] = await diamond.getActiveModelViews(1, 1);
    expect([views[0]!.record.name, views[0]!.record.tags, views[0]!.record.fee]).to.deep.equal(['model 0', ['0'], 0n]);
    expect((await diamond.getModel(modelId)).isDeleted).to.equal(true);
  });
});
