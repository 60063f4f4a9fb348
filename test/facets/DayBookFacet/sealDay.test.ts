import { expect } from 'chai';
import { ethers } from 'hardhat';
import { BookStatus, FINALITY_SECONDS, commitAndSeal, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { handmadeBook } from '../../fixtures/books';
import { today } from '../../fixtures/days';
import { DAY, HOUR, Op, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

const ROOT = ethers.id('root');

describe('sealDay', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
    day = await today();
  });

  const commit = () =>
    diamond
      .connect(market.router)
      .commitDay({ day, root: ROOT, totalMor: 1_000n, totalTokens: 10n, answers: 2n, depth: 3n });
  const seal = (ofDay = day) => diamond.sealDay(market.router, ofDay);

  describe('given there is no book', () => {
    it('it should revert with DayBookNotFound', async () => {
      await expect(seal()).to.be.revertedWithCustomError(diamond, 'DayBookNotFound').withArgs(market.router, day);
    });
  });

  describe('given the book takes commits', () => {
    it('it should revert with DayBookOpen', async () => {
      await commit();
      await time.setNextBlockTimestamp((day + 2) * DAY - 1);
      await expect(seal())
        .to.be.revertedWithCustomError(diamond, 'DayBookOpen')
        .withArgs(market.router, day, (day + 2) * DAY);
    });
  });

  describe('given a pause keeps the book open [YS-081]', () => {
    it('it should revert with DayBookOpen until 24 h after the pause', async () => {
      await commit();
      await time.increaseTo((day + 2) * DAY - HOUR);
      await diamond.connect(market.guardian).pause(Op.Commit);
      const closesAt = (await time.latest()) + 3 * DAY + DAY;
      await time.setNextBlockTimestamp(closesAt - 1);
      await expect(seal()).to.be.revertedWithCustomError(diamond, 'DayBookOpen').withArgs(market.router, day, closesAt);
      await time.setNextBlockTimestamp(closesAt);
      await seal();
    });
  });

  describe('given the book is sealed', () => {
    it('it should revert with DayBookSealedAlready, final or not', async () => {
      await commit();
      await time.increaseTo((day + 2) * DAY);
      await seal();
      for (const seconds of [1, FINALITY_SECONDS]) {
        await time.increase(seconds);
        await expect(seal())
          .to.be.revertedWithCustomError(diamond, 'DayBookSealedAlready')
          .withArgs(market.router, day);
      }
    });
  });

  describe('given the book fell', () => {
    it('it should revert with DayBookIsFallen', async () => {
      await commit();
      await diamond.connect(market.guardian).holdRouter(market.router);
      await diamond.connect(await ownerOf(market)).cancelRouter(market.router);
      await diamond.dropDay(market.router, day);
      await time.increaseTo((day + 2) * DAY);
      await expect(seal()).to.be.revertedWithCustomError(diamond, 'DayBookIsFallen').withArgs(market.router, day);
    });
  });

  describe('when the time for commits is over [YS-081]', () => {
    it('it should seal the book by the clock of the router and move no MOR', async () => {
      await commit();
      const { owedMor } = await diamond.getPool();
      await time.setNextBlockTimestamp((day + 2) * DAY);
      const tx = await expectMoney(market, () => seal(), {});
      const clock = BigInt((day + 2) * DAY);
      await expect(tx).to.emit(diamond, 'DayBookSealed').withArgs(market.router, day, ROOT, 1_000, clock);
      const book = await diamond.getDayBook(market.router, day);
      expect([book.status, book.sealedClock, book.finalClock]).to.deep.equal([
        BookStatus.Sealed,
        clock,
        clock + BigInt(FINALITY_SECONDS),
      ]);
      expect((await diamond.getRouter(market.router)).openDay).to.equal(day + 1);
      expect((await diamond.getPool()).owedMor).to.equal(owedMor);
    });
  });

  describe('given the router was held for a while', () => {
    it('it should seal by a clock that lacks the hold', async () => {
      await commit();
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(5 * HOUR - 1);
      await diamond.connect(await ownerOf(market)).releaseRouter(market.router);
      await time.setNextBlockTimestamp((day + 2) * DAY);
      await seal();
      const { sealedClock } = await diamond.getDayBook(market.router, day);
      expect(sealedClock).to.equal((day + 2) * DAY - 5 * HOUR);
    });
  });

  describe('given the router is held', () => {
    it('it should seal and never become final while it is held', async () => {
      await commit();
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increaseTo((day + 2) * DAY);
      await seal();
      await time.increase(100 * DAY);
      expect((await diamond.getDayBook(market.router, day)).status).to.equal(BookStatus.Sealed);
    });
  });

  describe('given two routers have books of the day', () => {
    it('it should seal one and leave the other open', async () => {
      await commit();
      const parts = [{ provider: market.provider.address, dayMor: 5n }];
      const router = market.otherRouter;
      await commitAndSeal(market, handmadeBook(market, parts, { router, day }), { router, day });
      expect((await diamond.getDayBook(market.router, day)).status).to.equal(BookStatus.Open);
    });
  });
});
