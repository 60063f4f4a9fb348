import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('transferOwnership', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).transferOwnership(market.guardian))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when a new owner is named [YS-051]', () => {
    it('it should offer the ownership and keep the owner', async () => {
      const owner = await diamond.owner();
      await expect(diamond.transferOwnership(market.user))
        .to.emit(diamond, 'OwnershipTransferStarted')
        .withArgs(owner, market.user.address);
      expect(await diamond.owner()).to.equal(owner);
      expect(await diamond.pendingOwner()).to.equal(market.user.address);
    });
  });

  describe('when the zero address is named [YS-051]', () => {
    it('it should take the offer back', async () => {
      await diamond.transferOwnership(market.user);
      await diamond.transferOwnership(ZeroAddress);
      await expect(diamond.connect(market.user).acceptOwnership())
        .to.be.revertedWithCustomError(diamond, 'NotPendingOwner')
        .withArgs(market.user.address, ZeroAddress);
    });
  });
});
