import { expect } from 'chai';
import { ethers } from 'hardhat';
import { fundDeposits } from '../../fixtures/books';
import { BOND_MOR, FINALITY_SECONDS, computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { DAY, HOUR, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('settleRouter', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
    day = await today();
  });

  const settle = () => diamond.settleRouter(market.router);
  const openMor = async () => (await diamond.getRouter(market.router)).openMor;
  const commit = async (totalMor: bigint) => {
    const root = ethers.id(`root ${totalMor}`);
    await diamond.connect(market.router).commitDay({ day, root, totalMor, totalTokens: 10n, answers: 2n, depth: 3n });
  };
  const nextDay = async (days = 1) => {
    day += days;
    await time.increaseTo(day * DAY + HOUR);
    await diamond.openDay();
  };

  describe('given the router never committed', () => {
    it('it should change nothing', async () => {
      await expectMoney(market, () => settle(), {});
      expect(await openMor()).to.equal(0);
    });
  });

  describe('given a book is not final', () => {
    it('it should keep it and what follows', async () => {
      await commit(100n);
      await nextDay();
      await commit(20n);
      await settle();
      expect(await openMor()).to.equal(120);
    });
  });

  describe('given books became final', () => {
    it('it should count each out once, however often it is called', async () => {
      await commit(100n);
      await nextDay();
      await commit(20n);
      const sealedAt = await time.latest();
      await time.increaseTo(sealedAt + FINALITY_SECONDS - 2);
      await settle();
      expect(await openMor()).to.equal(120);
      await expectMoney(market, () => settle(), {});
      await settle();
      expect(await openMor()).to.equal(20);
      await time.increaseTo((day + 2) * DAY);
      await diamond.sealDay(market.router, day);
      await time.increase(FINALITY_SECONDS);
      for (let i = 0; i < 3; i++) await settle();
      expect(await openMor()).to.equal(0);
      day = await today();
      await diamond.openDay();
      await commit(7n);
      await settle();
      expect(await openMor()).to.equal(7);
    });
  });

  describe('given a demand keeps an older book from becoming final', () => {
    it('it should stop there and count both out later', async () => {
      await fundDeposits(market, [market.stranger]);
      await commit(100n);
      await nextDay();
      await commit(20n);
      await diamond.demandAnswer(market.router, day - 1, 0);
      await time.increaseTo((day + 2) * DAY);
      await diamond.sealDay(market.router, day);
      await time.increase(2 * FINALITY_SECONDS);
      await settle();
      expect(await openMor()).to.equal(120);
      await diamond.endDemand(market.router, day - 1, 0);
      expect(await openMor()).to.equal(20);
      await settle();
      expect(await openMor()).to.equal(0);
    });
  });

  describe('given days without a book lie between', () => {
    it('it should pass over them', async () => {
      await commit(100n);
      await nextDay(40);
      await commit(20n);
      await time.increase(FINALITY_SECONDS);
      await settle();
      expect(await openMor()).to.equal(20);
    });
  });

  describe('given the next book is that of the day after a settled one', () => {
    it('it should count it as well', async () => {
      await commit(100n);
      await time.increaseTo((day + 2) * DAY);
      await diamond.sealDay(market.router, day);
      await nextDay(2);
      await nextDay();
      await time.increaseTo(day * DAY + 13 * HOUR);
      await settle();
      expect(await openMor()).to.equal(0);
      // The day before takes commits until 24 h after its end.
      day -= 1;
      await commit(20n);
      day += 1;
      await commit(3n);
      await time.increase(FINALITY_SECONDS);
      await settle();
      expect(await openMor()).to.equal(3);
    });
  });

  describe('given the router is held', () => {
    it('it should count nothing out that was not final before', async () => {
      await commit(100n);
      await nextDay();
      await commit(20n);
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(3 * FINALITY_SECONDS);
      await settle();
      expect(await openMor()).to.equal(120);
      await diamond.connect(await ownerOf(market)).releaseRouter(market.router);
      await time.increase(FINALITY_SECONDS);
      await settle();
      expect(await openMor()).to.equal(20);
    });
  });

  describe('given the bond was slashed below what is open', () => {
    it('it should count out all the same', async () => {
      await commit(100n);
      await nextDay();
      await diamond.connect(await ownerOf(market)).slashRouter(market.router, BOND_MOR - 1n, ethers.id('reason'));
      await time.increaseTo((day + 1) * DAY);
      await diamond.sealDay(market.router, day - 1);
      await time.increase(FINALITY_SECONDS);
      await settle();
      expect(await openMor()).to.equal(0);
    });
  });
});
