import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { load, openMarket, type OpenMarket } from '../../fixtures/market';

describe('setPayout', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  describe('given the caller never registered', () => {
    it('it should revert with ProviderNotFound', async () => {
      await expect(diamond.connect(market.stranger).setPayout(market.user)).to.be.revertedWithCustomError(
        diamond,
        'ProviderNotFound',
      );
    });
  });

  describe('when a delegate calls', () => {
    it('it should revert with ProviderNotFound', async () => {
      await delegateTo(market, market.provider, market.delegate, 'PROVIDER');
      await expect(diamond.connect(market.delegate).setPayout(market.delegate)).to.be.revertedWithCustomError(
        diamond,
        'ProviderNotFound',
      );
      expect(await diamond.getPayout(market.provider)).to.equal(market.provider.address);
    });
  });

  describe('when an address is given', () => {
    it('it should send earnings there from now on', async () => {
      await expect(diamond.connect(market.provider).setPayout(market.user))
        .to.emit(diamond, 'ProviderPayoutUpdated')
        .withArgs(market.provider.address, ethers.ZeroAddress, market.user.address);
      expect(await diamond.getPayout(market.provider)).to.equal(market.user.address);
    });
  });

  describe('when the zero address is given', () => {
    it('it should send earnings to the provider again', async () => {
      await diamond.connect(market.provider).setPayout(market.user);
      await expect(diamond.connect(market.provider).setPayout(ethers.ZeroAddress))
        .to.emit(diamond, 'ProviderPayoutUpdated')
        .withArgs(market.provider.address, market.user.address, ethers.ZeroAddress);
      expect(await diamond.getPayout(market.provider)).to.equal(market.provider.address);
    });
  });
});
