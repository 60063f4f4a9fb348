import { expect } from 'chai';
import { ZeroAddress } from 'ethers';
import { Op, fundedMarket, load, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('setGuardian', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(await ownerOf(market));
  });

  describe('when the caller is not the owner', () => {
    it('it should revert with OwnableUnauthorizedAccount', async () => {
      await expect(diamond.connect(market.guardian).setGuardian(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'OwnableUnauthorizedAccount')
        .withArgs(market.guardian.address);
    });
  });

  describe('when an account is named', () => {
    it('it should be the guardian from now on', async () => {
      await expect(diamond.setGuardian(market.user))
        .to.emit(diamond, 'GuardianUpdated')
        .withArgs(market.guardian.address, market.user.address);
      expect(await diamond.guardian()).to.equal(market.user.address);
      await expect(diamond.connect(market.guardian).pause(Op.Open))
        .to.be.revertedWithCustomError(diamond, 'NotGuardian')
        .withArgs(market.guardian.address, market.user.address);
      await expect(diamond.connect(market.user).pause(Op.Open)).to.emit(diamond, 'Paused');
    });
  });

  describe('when the zero address is named', () => {
    it('it should leave nobody who can pause', async () => {
      await diamond.setGuardian(ZeroAddress);
      await expect(diamond.connect(market.guardian).pause(Op.Open))
        .to.be.revertedWithCustomError(diamond, 'NotGuardian')
        .withArgs(market.guardian.address, ZeroAddress);
    });
  });
});
