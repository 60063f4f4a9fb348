import { expect } from 'chai';
import { ethers } from 'hardhat';
import { BASE_MODEL_ID, CID, MOR, load, openMarket } from '../../fixtures/market';

describe('reads of AttestationFacet', () => {
  it('tell what each account said of a model, in the order asked for', async () => {
    const { diamond, provider, otherProvider, user, modelId } = await load(openMarket);
    await diamond.connect(otherProvider).modelRegister(otherProvider, BASE_MODEL_ID, CID, 0, MOR, 'other', []);
    const otherModelId = await diamond.getModelId(otherProvider, BASE_MODEL_ID);
    const [one, two, three] = ['one', 'two', 'three'].map((text) => ethers.id(text)) as [string, string, string];
    await diamond.connect(provider).attestModel(modelId, one);
    await diamond.connect(otherProvider).attestModel(modelId, two);
    await diamond.connect(provider).attestModel(otherModelId, three);
    for (const [model, accounts, hashes] of [
      [modelId, [], []],
      [modelId, [provider], [one]],
      [modelId, [otherProvider, user, provider, otherProvider], [two, ethers.ZeroHash, one, two]],
      [otherModelId, [provider, otherProvider], [three, ethers.ZeroHash]],
      [ethers.id('no model'), [provider], [ethers.ZeroHash]],
    ] as const) {
      expect(await diamond.getAttestations(model, [...accounts])).to.deep.equal(hashes);
    }
  });
});
