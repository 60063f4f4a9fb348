import { expect } from 'chai';
import {
  DEPOSIT_MOR,
  clockTo,
  fundDeposits,
  honestAnswers,
  sealedBook,
  shownAt,
  type SealedBook,
} from '../../fixtures/books';
import {
  BookStatus,
  DEMAND_SECONDS,
  FINALITY_SECONDS,
  HOLD_SECONDS,
  bookOf,
  commitOf,
  computeMarket,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { OpenZeppelin } from '../../fixtures/errors';
import { DAY, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('demandAnswer', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let sealed: SealedBook;

  beforeEach(async () => {
    market = await load(computeMarket);
    await fundDeposits(market, [market.stranger, market.delegate]);
    diamond = market.diamond.connect(market.stranger);
    sealed = await sealedBook(market);
  });

  const demand = (positionMor = 0n, day = sealed.day) => diamond.demandAnswer(market.router, day, positionMor);
  const openDemands = async () => (await diamond.getDayBook(market.router, sealed.day)).openDemands;

  describe('given there is no book', () => {
    it('it should revert with DayBookNotFound', async () => {
      await expect(demand(0n, sealed.day + 1))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFound')
        .withArgs(market.router, sealed.day + 1);
    });
  });

  describe('given the book is open', () => {
    it('it should revert with DayBookOpen', async () => {
      await diamond.openDay();
      const day = await today();
      const book = bookOf(market, await honestAnswers(market, market.otherRouter), {
        router: market.otherRouter,
        day,
      });
      await diamond.connect(market.otherRouter).commitDay(commitOf(book, day));
      await expect(diamond.demandAnswer(market.otherRouter, day, 0))
        .to.be.revertedWithCustomError(diamond, 'DayBookOpen')
        .withArgs(market.otherRouter, day, (day + 2) * DAY);
    });
  });

  describe('given the book is final', () => {
    it('it should revert with DayBookIsFinal', async () => {
      await clockTo(sealed, FINALITY_SECONDS);
      await expect(demand())
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFinal')
        .withArgs(market.router, sealed.day);
    });
  });

  describe('given the book fell', () => {
    it('it should revert with DayBookIsFallen', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await diamond.connect(await ownerOf(market)).cancelRouter(market.router);
      await diamond.dropDay(market.router, sealed.day);
      await expect(demand())
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFallen')
        .withArgs(market.router, sealed.day);
    });
  });

  describe('when the first 12 h are over', () => {
    it('it should revert with DemandTooLate', async () => {
      await clockTo(sealed, DEMAND_SECONDS + 1);
      await expect(demand())
        .to.be.revertedWithCustomError(diamond, 'DemandTooLate')
        .withArgs(sealed.sealedAt + DEMAND_SECONDS + 1, sealed.sealedAt + DEMAND_SECONDS);
    });
  });

  describe('when the position is the sum of the book', () => {
    it('it should revert with PositionOutOfRange', async () => {
      const { totalMor } = sealed.book;
      await expect(demand(totalMor))
        .to.be.revertedWithCustomError(diamond, 'PositionOutOfRange')
        .withArgs(totalMor, totalMor);
    });
  });

  describe('given the position is demanded', () => {
    it('it should revert with DemandOpen', async () => {
      await demand(5n);
      await expect(diamond.connect(market.delegate).demandAnswer(market.router, sealed.day, 5n))
        .to.be.revertedWithCustomError(diamond, 'DemandOpen')
        .withArgs(market.router, sealed.day, 5n);
    });
  });

  describe('when the caller has no MOR for the deposit', () => {
    it('it should revert with ERC20InsufficientAllowance', async () => {
      await expect(
        diamond.connect(market.deployer).demandAnswer(market.router, sealed.day, 0),
      ).to.be.revertedWithCustomError(OpenZeppelin, 'ERC20InsufficientAllowance');
    });
  });

  describe('when the last position is demanded in the last second [YS-092]', () => {
    it('it should take the deposit and give the router 12 h', async () => {
      const positionMor = sealed.book.totalMor - 1n;
      const dueClock = sealed.sealedAt + 2 * DEMAND_SECONDS;
      const call = async () => {
        await clockTo(sealed, DEMAND_SECONDS);
        return demand(positionMor);
      };
      const tx = await expectMoney(market, call, {
        wallets: [[market.stranger, -DEPOSIT_MOR]],
        buckets: { RouterBonds: DEPOSIT_MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'AnswerDemanded')
        .withArgs(market.router, sealed.day, positionMor, market.stranger, DEPOSIT_MOR, dueClock);
      const expected = [market.stranger.address, BigInt(dueClock), DEPOSIT_MOR];
      expect(await diamond.getDemand(market.router, sealed.day, positionMor)).to.deep.equal(expected);
      expect(await openDemands()).to.equal(1);
    });
  });

  describe('given a demand is open at the end of the 36 h [YS-093]', () => {
    it('it should keep the book from becoming final', async () => {
      await demand();
      await time.increaseTo(sealed.sealedAt + 10 * FINALITY_SECONDS);
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Sealed);
    });
  });

  describe('given the position was demanded and shown', () => {
    it('it should take another demand for it', async () => {
      await demand();
      await diamond.showAnswer(market.router, sealed.day, 0, ...shownAt(market, sealed.book, 0n));
      await demand();
      expect(await openDemands()).to.equal(1);
    });
  });

  describe('given the router is held', () => {
    it('it should count the 12 h without the hold', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(HOLD_SECONDS - 100);
      const dueClock = Number((await diamond.getRouter(market.router)).clock) + DEMAND_SECONDS;
      await demand();
      expect((await diamond.getDemand(market.router, sealed.day, 0)).dueClock).to.equal(dueClock);
    });
  });
});
