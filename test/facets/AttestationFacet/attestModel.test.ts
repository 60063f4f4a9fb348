import { expect } from 'chai';
import { ethers } from 'hardhat';
import { load, openMarket, type OpenMarket } from '../../fixtures/market';

const [WEIGHTS, OTHER_WEIGHTS] = [ethers.id('weights'), ethers.id('other weights')] as const;

describe('attestModel', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond.connect(market.provider);
  });

  describe('given there is no such model', () => {
    it('it should revert with AttestedModelNotFound', async () => {
      const modelId = ethers.id('no model');
      await expect(diamond.attestModel(modelId, WEIGHTS))
        .to.be.revertedWithCustomError(diamond, 'AttestedModelNotFound')
        .withArgs(modelId);
    });
  });

  describe('given the caller said nothing yet', () => {
    it('it should keep its word, whoever it is', async () => {
      const { modelId, provider, stranger } = market;
      for (const [account, hash] of [
        [provider, WEIGHTS],
        [stranger, OTHER_WEIGHTS],
      ] as const) {
        await expect(diamond.connect(account).attestModel(modelId, hash))
          .to.emit(diamond, 'ModelAttested')
          .withArgs(modelId, account.address, ethers.ZeroHash, hash);
      }
      expect(await diamond.getAttestations(modelId, [provider, stranger])).to.deep.equal([WEIGHTS, OTHER_WEIGHTS]);
    });
  });

  describe('given the caller said something', () => {
    it('it should replace it, and tell both', async () => {
      const { modelId, provider } = market;
      await diamond.attestModel(modelId, WEIGHTS);
      await expect(diamond.attestModel(modelId, OTHER_WEIGHTS))
        .to.emit(diamond, 'ModelAttested')
        .withArgs(modelId, provider.address, WEIGHTS, OTHER_WEIGHTS);
      expect(await diamond.getAttestations(modelId, [provider])).to.deep.equal([OTHER_WEIGHTS]);
    });
  });

  describe('when the hash is zero', () => {
    it('it should take the word back', async () => {
      const { modelId, provider } = market;
      await diamond.attestModel(modelId, WEIGHTS);
      await expect(diamond.attestModel(modelId, ethers.ZeroHash))
        .to.emit(diamond, 'ModelAttested')
        .withArgs(modelId, provider.address, WEIGHTS, ethers.ZeroHash);
      expect(await diamond.getAttestations(modelId, [provider])).to.deep.equal([ethers.ZeroHash]);
    });
  });
});
