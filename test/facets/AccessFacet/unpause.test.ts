import { expect } from 'chai';
import { HOUR, Op, Purpose, fundedMarket, load, time, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

const PAUSE_SECONDS = 72 * HOUR;

describe('unpause', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(market.guardian);
  });

  describe('when the caller is neither guardian nor owner', () => {
    it('it should revert with NotGuardian', async () => {
      await diamond.pause(Op.Open);
      await expect(diamond.connect(market.stranger).unpause())
        .to.be.revertedWithCustomError(diamond, 'NotGuardian')
        .withArgs(market.stranger.address, market.guardian.address);
    });
  });

  describe('given nothing was paused', () => {
    it('it should revert with NotPaused', async () => {
      await expect(diamond.unpause()).to.be.revertedWithCustomError(diamond, 'NotPaused');
    });
  });

  describe('given the pause has ended by itself', () => {
    it('it should revert with NotPaused', async () => {
      await diamond.pause(Op.Open);
      await time.increase(PAUSE_SECONDS);
      await expect(diamond.unpause()).to.be.revertedWithCustomError(diamond, 'NotPaused');
    });
  });

  describe('given entries are paused', () => {
    describe('when the guardian calls', () => {
      it('it should end the pause and allow the next one after 72 hours', async () => {
        await diamond.pause(Op.Open | Op.Bid);
        await expect(diamond.unpause())
          .to.emit(diamond, 'Unpaused')
          .withArgs(market.guardian.address, Op.Open | Op.Bid);
        const now = await time.latest();
        expect(await diamond.pauseState()).to.deep.equal([0, now, now + PAUSE_SECONDS].map(BigInt));
        await expect(diamond.connect(market.user).stake(Purpose.Session, 1n)).to.emit(diamond, 'Staked');
        await expect(diamond.unpause()).to.be.revertedWithCustomError(diamond, 'NotPaused');
      });
    });

    describe('when the owner calls', () => {
      it('it should end the pause', async () => {
        await diamond.pause(Op.Open);
        const owner = await ownerOf(market);
        await expect(diamond.connect(owner).unpause()).to.emit(diamond, 'Unpaused').withArgs(owner.address, Op.Open);
      });
    });
  });
});
