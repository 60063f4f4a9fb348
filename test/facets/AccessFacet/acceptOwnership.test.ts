import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('acceptOwnership', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('given nobody was named', () => {
    it('it should revert with NotPendingOwner', async () => {
      await expect(diamond.acceptOwnership())
        .to.be.revertedWithCustomError(diamond, 'NotPendingOwner')
        .withArgs(await diamond.owner(), ZeroAddress);
    });
  });

  describe('given an account was named', () => {
    beforeEach(async () => {
      await diamond.transferOwnership(market.user);
    });

    describe('when another account accepts', () => {
      it('it should revert with NotPendingOwner', async () => {
        await expect(diamond.connect(market.stranger).acceptOwnership())
          .to.be.revertedWithCustomError(diamond, 'NotPendingOwner')
          .withArgs(market.stranger.address, market.user.address);
      });
    });

    describe('when it accepts [YS-051]', () => {
      it('it should be the owner, alone and once', async () => {
        const previous = await diamond.owner();
        await expect(diamond.connect(market.user).acceptOwnership())
          .to.emit(diamond, 'OwnershipTransferred')
          .withArgs(previous, market.user.address);
        expect(await diamond.owner()).to.equal(market.user.address);
        expect(await diamond.pendingOwner()).to.equal(ZeroAddress);
        await expect(diamond.setGuardian(market.stranger))
          .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
          .withArgs(previous);
        await expect(diamond.connect(market.user).acceptOwnership())
          .to.be.revertedWithCustomError(diamond, 'NotPendingOwner')
          .withArgs(market.user.address, ZeroAddress);
      });
    });
  });
});
