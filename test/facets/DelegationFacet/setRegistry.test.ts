import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { delegateTo } from '../../fixtures/delegation';
import { ENDPOINT, MOR, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setRegistry', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setRegistry(ZeroAddress))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when a registry is named', () => {
    it('it should ask it from now on', async () => {
      const previous = await diamond.getRegistry();
      const tx = diamond.setRegistry(market.stranger);
      await expect(tx).to.emit(diamond, 'DelegationRegistryUpdated').withArgs(market.stranger.address);
      await expect(tx).to.emit(diamond, 'DelegateRegistryChanged').withArgs(previous, market.stranger.address);
      expect(await diamond.getRegistry()).to.equal(market.stranger.address);
    });
  });

  describe('when the zero address is named', () => {
    it('it should make nobody anybody a delegate', async () => {
      await delegateTo(market, market.provider, market.delegate, 'PROVIDER');
      const rights = await diamond.DELEGATION_RULES_PROVIDER();
      expect(await diamond.isRightsDelegated(market.delegate, market.provider, rights)).to.equal(true);
      await diamond.setRegistry(ZeroAddress);
      expect(await diamond.isRightsDelegated(market.delegate, market.provider, rights)).to.equal(false);
      await expect(diamond.connect(market.delegate).providerRegister(market.provider, MOR, ENDPOINT))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.delegate.address);
    });
  });
});
