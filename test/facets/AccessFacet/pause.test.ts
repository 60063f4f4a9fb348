import { expect } from 'chai';
import { HOUR, Op, Purpose, fundedMarket, load, time, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

const PAUSE_SECONDS = 72 * HOUR;
const ALL = Op.Register | Op.Bid | Op.Open | Op.Commit;

describe('pause', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond.connect(market.guardian);
  });

  describe('when the caller is not the guardian', () => {
    it('it should revert with NotGuardian', async () => {
      await expect(diamond.connect(market.stranger).pause(Op.Open))
        .to.be.revertedWithCustomError(diamond, 'NotGuardian')
        .withArgs(market.stranger.address, market.guardian.address);
    });
  });

  describe('when the caller is the owner', () => {
    it('it should revert with NotGuardian', async () => {
      const owner = await ownerOf(market);
      await expect(diamond.connect(owner).pause(Op.Open))
        .to.be.revertedWithCustomError(diamond, 'NotGuardian')
        .withArgs(owner.address, market.guardian.address);
    });
  });

  describe('when the mask is empty', () => {
    it('it should revert with PauseMaskInvalid', async () => {
      await expect(diamond.pause(0)).to.be.revertedWithCustomError(diamond, 'PauseMaskInvalid').withArgs(0, ALL);
    });
  });

  describe('when the mask has a bit that is no entry', () => {
    it('it should revert with PauseMaskInvalid', async () => {
      for (const mask of [16n, 17n, 2n ** 32n + 1n, 2n ** 255n]) {
        await expect(diamond.pause(mask))
          .to.be.revertedWithCustomError(diamond, 'PauseMaskInvalid')
          .withArgs(mask, ALL);
      }
    });
  });

  describe('when the mask names entries [YS-052]', () => {
    it('it should pause them for 72 hours', async () => {
      const now = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(now);
      await expect(diamond.pause(Op.Open | Op.Bid))
        .to.emit(diamond, 'Paused')
        .withArgs(market.guardian.address, Op.Open | Op.Bid, now + PAUSE_SECONDS);
      expect(await diamond.pauseState()).to.deep.equal(
        [Op.Open | Op.Bid, now + PAUSE_SECONDS, now + 2 * PAUSE_SECONDS].map(BigInt),
      );
      await time.setNextBlockTimestamp(now + PAUSE_SECONDS - 1);
      await expect(market.diamond.connect(market.user).stake(Purpose.Session, 1n))
        .to.be.revertedWithCustomError(diamond, 'OperationPaused')
        .withArgs(Op.Open, now + PAUSE_SECONDS);
      await time.setNextBlockTimestamp(now + PAUSE_SECONDS);
      await expect(market.diamond.connect(market.user).stake(Purpose.Session, 1n)).to.emit(diamond, 'Staked');
      expect((await diamond.pauseState()).operations).to.equal(0n);
    });
  });

  describe('given the last pause is less than 72 hours over [YS-052]', () => {
    it('it should revert with PauseTooSoon', async () => {
      await diamond.pause(Op.Open);
      const allowedFrom = (await time.latest()) + 2 * PAUSE_SECONDS;
      for (const now of [(await time.latest()) + 1, allowedFrom - 1]) {
        await time.setNextBlockTimestamp(now);
        await expect(diamond.pause(ALL))
          .to.be.revertedWithCustomError(diamond, 'PauseTooSoon')
          .withArgs(now, allowedFrom);
      }
      await time.setNextBlockTimestamp(allowedFrom);
      await expect(diamond.pause(ALL)).to.emit(diamond, 'Paused');
    });
  });
});
