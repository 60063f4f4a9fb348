import { expect } from 'chai';
import { ethers } from 'hardhat';
import { honestAnswers } from '../../fixtures/books';
import {
  ACCESS_STAKE_MOR,
  BOND_MOR,
  BookStatus,
  RouterState,
  bookOf,
  commitOf,
  computeMarket,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { DAY, HOUR, Op, Purpose, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

const ROOT = ethers.id('root');
const PAUSE_SECONDS = 3 * DAY;

describe('commitDay', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let owner: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.router);
    owner = market.diamond.connect(await ownerOf(market));
    day = await today();
  });

  const requestOf = (change: object = {}) => ({
    day,
    root: ROOT,
    totalMor: 1_000n,
    totalTokens: 10n,
    answers: 2n,
    depth: 3n,
    ...change,
  });
  const commit = (change: object = {}, as = market.router) => diamond.connect(as).commitDay(requestOf(change));
  const bookAt = (ofDay = day) => diamond.getDayBook(market.router, ofDay);
  const nextDay = async () => {
    await time.increaseTo((day + 1) * DAY + HOUR);
    await diamond.openDay();
    day += 1;
  };

  describe('when a stranger commits (scenario 16) [YS-072]', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await expect(commit({}, market.stranger))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(market.stranger, RouterState.Unknown);
    });
  });

  describe('given commits are paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Commit);
      const until = (await time.latest()) + PAUSE_SECONDS;
      await expect(commit()).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Commit, until);
    });
  });

  describe('when the day is not reached', () => {
    it('it should revert with DayNotReached', async () => {
      await expect(commit({ day: day + 1 }))
        .to.be.revertedWithCustomError(diamond, 'DayNotReached')
        .withArgs(day + 1, day);
    });
  });

  [
    { name: 'root', change: { root: ethers.ZeroHash } },
    { name: 'totalTokens', change: { totalTokens: 0n } },
    { name: 'answers', change: { answers: 0n } },
  ].forEach(({ name, change }) => {
    describe(`when ${name} is zero (scenario 16)`, () => {
      it('it should revert with ZeroValue', async () => {
        await expect(commit(change)).to.be.revertedWithCustomError(diamond, 'ZeroValue').withArgs(wordOf(name));
      });
    });
  });

  describe('when the tree is deeper than any proof', () => {
    it('it should revert with ValueOutOfRange', async () => {
      await expect(commit({ depth: 41 }))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('depth'), 41, 0, 40);
    });
  });

  describe('given the book is sealed (scenario 16) [YS-081]', () => {
    it('it should revert with DayBookClosed', async () => {
      await commit();
      const sealedDay = day;
      await nextDay();
      await commit();
      await expect(commit({ day: sealedDay, totalMor: 2_000n }))
        .to.be.revertedWithCustomError(diamond, 'DayBookClosed')
        .withArgs(market.router, sealedDay);
    });
  });

  describe('given the book was sealed by anyone after its time [YS-081]', () => {
    it('it should revert with DayBookClosed and take the next day', async () => {
      await commit();
      await time.increaseTo((day + 2) * DAY);
      await diamond.sealDay(market.router, day);
      await expect(commit({ totalMor: 2_000n }))
        .to.be.revertedWithCustomError(diamond, 'DayBookClosed')
        .withArgs(market.router, day);
      await diamond.openDay();
      await commit({ day: day + 2 });
    });
  });

  describe('when 24 h have passed since the day [YS-080]', () => {
    it('it should revert with DayBookClosed', async () => {
      await time.setNextBlockTimestamp((day + 2) * DAY - 1);
      await commit();
      await time.setNextBlockTimestamp((day + 2) * DAY);
      await expect(commit({ totalMor: 2_000n }))
        .to.be.revertedWithCustomError(diamond, 'DayBookClosed')
        .withArgs(market.router, day);
    });
  });

  describe('given a pause ended after the day [YS-081]', () => {
    it('it should take commits for 24 h after the pause', async () => {
      await time.increaseTo((day + 2) * DAY - HOUR);
      await diamond.connect(market.guardian).pause(Op.Commit);
      const until = (await time.latest()) + PAUSE_SECONDS;
      await time.setNextBlockTimestamp(until + DAY - 1);
      await commit();
      await time.setNextBlockTimestamp(until + DAY);
      await expect(commit({ totalMor: 2_000n })).to.be.revertedWithCustomError(diamond, 'DayBookClosed');
    });
  });

  describe('given a pause of commits begins after the book was closed [YS-081]', () => {
    it('it should stay closed', async () => {
      await time.increaseTo((day + 2) * DAY);
      await diamond.connect(market.guardian).pause(Op.Commit);
      await diamond.connect(market.guardian).unpause();
      await expect(commit()).to.be.revertedWithCustomError(diamond, 'DayBookClosed').withArgs(market.router, day);
    });
  });

  describe('given a pause of other entries lies in the 24 h', () => {
    it('it should close as usual', async () => {
      await time.increaseTo((day + 2) * DAY - HOUR);
      await diamond.connect(market.guardian).pause(Op.Bid);
      await time.increaseTo((day + 2) * DAY);
      await expect(commit()).to.be.revertedWithCustomError(diamond, 'DayBookClosed').withArgs(market.router, day);
    });
  });

  describe('given the day was never opened [YS-080]', () => {
    it('it should revert with DayNotOpened', async () => {
      await time.increaseTo((day + 1) * DAY);
      await expect(commit({ day: day + 1 }))
        .to.be.revertedWithCustomError(diamond, 'DayNotOpened')
        .withArgs(day + 1);
      await time.increaseTo((day + 2) * DAY);
      expect(await diamond.requestCap(market.router, day + 1)).to.equal(0n);
    });
  });

  describe('when the sum is one wei above the cap of the day (scenario 16) [YS-080]', () => {
    it('it should revert with RequestCapExceeded', async () => {
      const { budgetMor, supplyMor } = await diamond.getDay(day);
      const capMor = (budgetMor * 6_000n * 2n * ACCESS_STAKE_MOR) / (supplyMor * 10_000n);
      expect(await diamond.requestCap(market.router, day)).to.equal(capMor);
      await expect(commit({ totalMor: capMor + 1n }))
        .to.be.revertedWithCustomError(diamond, 'RequestCapExceeded')
        .withArgs(capMor + 1n, capMor);
      await commit({ totalMor: capMor });
    });
  });

  describe('given access stake is added on the day', () => {
    it('it should raise the cap', async () => {
      const capMor = await diamond.requestCap(market.router, day);
      await diamond.connect(market.user).stake(Purpose.Access, ACCESS_STAKE_MOR);
      await commit({ totalMor: capMor + 1n });
      expect(await diamond.requestCap(market.router, day)).to.be.greaterThan(capMor);
    });
  });

  describe('given access stake is taken back on the day', () => {
    it('it should keep the cap', async () => {
      const capMor = await diamond.requestCap(market.router, day);
      await diamond.connect(market.user).unstake(Purpose.Access, ACCESS_STAKE_MOR);
      await commit({ totalMor: capMor });
    });
  });

  describe('when the book is not larger (scenario 16) [YS-080]', () => {
    it('it should revert with DayBookNotLarger', async () => {
      await expect(commit({ totalMor: 0n }))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotLarger')
        .withArgs(0, 0);
      await commit();
      for (const change of [
        {},
        { totalMor: 999n },
        { totalMor: 2_000n, answers: 1n },
        { totalMor: 2_000n, totalTokens: 9n },
      ]) {
        const { totalMor } = requestOf(change);
        await expect(commit(change))
          .to.be.revertedWithCustomError(diamond, 'DayBookNotLarger')
          .withArgs(totalMor, 1_000);
      }
    });
  });

  describe('when the bond does not cover the book (scenario 16) [YS-073]', () => {
    it('it should revert with BondTooLow', async () => {
      await owner.slashRouter(market.router, BOND_MOR - 1_500n, ROOT);
      await commit();
      await expect(commit({ totalMor: 1_501n }))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(1_500, 1_501);
      await nextDay();
      await expect(commit({ totalMor: 501n }))
        .to.be.revertedWithCustomError(diamond, 'BondTooLow')
        .withArgs(1_500, 1_501);
      await commit({ totalMor: 500n });
    });
  });

  describe('given the router is held [YS-074]', () => {
    it('it should complete the running day and revert with RouterHeldNow for a new one', async () => {
      await commit();
      const running = day;
      await diamond.connect(market.guardian).holdRouter(market.router);
      const heldAt = await time.latest();
      await nextDay();
      await commit({ day: running, totalMor: 2_000n });
      await expect(commit()).to.be.revertedWithCustomError(diamond, 'RouterHeldNow').withArgs(market.router, heldAt);
    });
  });

  describe('given the router is leaving', () => {
    it('it should complete the running day and revert with RouterLeavingAlready for a new one', async () => {
      await commit();
      const running = day;
      await diamond.leaveRouter();
      const withdrawableAt = (await time.latest()) + 7 * DAY;
      await nextDay();
      await commit({ day: running, totalMor: 2_000n });
      await expect(commit({ totalMor: 1n }))
        .to.be.revertedWithCustomError(diamond, 'RouterLeavingAlready')
        .withArgs(market.router, withdrawableAt);
    });
  });

  describe('given the router was suspended, cancelled or left', () => {
    it('it should revert with RouterNotAdmitted', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(7 * DAY);
      await diamond.openDay();
      await expect(commit({ day: await today() }))
        .to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted')
        .withArgs(market.router, RouterState.Cancelled);
    });
  });

  describe('when the first book of a day is committed [YS-084]', () => {
    it('it should promise its sum out of the pool and move no MOR', async () => {
      const { owedMor } = await diamond.getPool();
      const tx = await expectMoney(market, () => commit(), {});
      await expect(tx).to.emit(diamond, 'DayCommitted').withArgs(market.router, day, ROOT, 1_000, 10, 2, 3);
      expect((await diamond.getPool()).owedMor).to.equal(owedMor + 1_000n);
      expect((await diamond.getRouter(market.router)).openMor).to.equal(1_000);
      const updatedAt = BigInt(await time.latest());
      expect(await bookAt()).to.deep.equal([
        BookStatus.Open,
        ROOT,
        1_000n,
        0n,
        0n,
        10n,
        2n,
        3n,
        0n,
        0n,
        updatedAt,
        0n,
        0n,
      ]);
    });
  });

  describe('when a larger book of the day is committed [YS-084]', () => {
    it('it should promise only what is added', async () => {
      await commit();
      const { owedMor } = await diamond.getPool();
      await commit({ root: ethers.id('new root'), totalMor: 1_700n, totalTokens: 17n, answers: 3n, depth: 4n });
      expect((await diamond.getPool()).owedMor).to.equal(owedMor + 700n);
      expect((await diamond.getRouter(market.router)).openMor).to.equal(1_700);
      const book = await bookAt();
      expect([book.root, book.totalMor, book.totalTokens, book.answers, book.depth]).to.deep.equal([
        ethers.id('new root'),
        1_700n,
        17n,
        3n,
        4n,
      ]);
    });
  });

  describe('when the book of a later day is committed [YS-081]', () => {
    it('it should seal the one before by the clock of the router', async () => {
      await commit();
      const sealedDay = day;
      await nextDay();
      const tx = await commit();
      const clock = BigInt(await time.latest());
      await expect(tx).to.emit(diamond, 'DayBookSealed').withArgs(market.router, sealedDay, ROOT, 1_000, clock);
      const book = await bookAt(sealedDay);
      expect([book.status, book.sealedClock]).to.deep.equal([BookStatus.Sealed, clock]);
      expect((await diamond.getRouter(market.router)).openDay).to.equal(day);
    });
  });

  describe('given the books before became final', () => {
    it('it should count them out of the bond', async () => {
      await commit();
      // Sealed on the next day, final 36 h later: counted out by the first commit of the third day.
      for (const openMor of [2_000n, 3_000n, 3_000n, 3_000n]) {
        await nextDay();
        await commit();
        expect((await diamond.getRouter(market.router)).openMor).to.equal(openMor);
      }
    });
  });

  describe('given a launch day and a share [YS-096]', () => {
    it('it should fix pot and places of the day with the first commit', async () => {
      await owner.setLaunchDay(day + 1);
      await nextDay();
      await owner.setRouterShare(market.router, 1_000);
      await commit();
      const [first, firstDay] = [await bookAt(), day];
      await nextDay();
      await commit();
      const second = await bookAt();
      const potOf = (ofDay: number, shareBps: bigint) => {
        const { ARBITRUM_SCHEDULE, potMor, scheduledTotalOfDay } = market.protocol;
        return potMor(scheduledTotalOfDay(ARBITRUM_SCHEDULE, BigInt(ofDay)), shareBps);
      };
      expect([first.potMor, first.places]).to.deep.equal([potOf(firstDay, 6_000n), 60n]);
      expect([second.potMor, second.places]).to.deep.equal([potOf(day, 1_000n), 10n]);
    });
  });

  describe('given an honest book of a real day [YS-083]', () => {
    it('it should cost the same gas for one answer and for many', async () => {
      const answers = await honestAnswers(market);
      const small = bookOf(market, answers.slice(0, 1), { day });
      const large = bookOf(market, answers, { day });
      await diamond.commitDay(commitOf(small, day));
      const first = await (
        await diamond.commitDay(requestOf({ ...commitOf(small, day), root: ROOT, totalMor: small.totalMor + 1n }))
      ).wait();
      const second = await (await diamond.commitDay({ ...commitOf(large, day), answers: 50_000n })).wait();
      expect(Math.abs(Number(first!.gasUsed - second!.gasUsed))).to.be.lessThan(2_000);
    });
  });
});
