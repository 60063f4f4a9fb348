import { expect } from 'chai';
import { clockTo, fundDeposits, sealedBook, type SealedBook } from '../../fixtures/books';
import {
  BOND_MOR,
  BookStatus,
  FINALITY_SECONDS,
  HOLD_SECONDS,
  bookOf,
  commitOf,
  computeMarket,
  answerOf,
  providerProofOf,
  type ComputeMarket,
} from '../../fixtures/compute';
import { load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('dropDay', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let sealed: SealedBook;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
    sealed = await sealedBook(market);
  });

  const hold = () => diamond.connect(market.guardian).holdRouter(market.router);
  const cancel = async () => {
    await hold();
    await diamond.connect(await ownerOf(market)).cancelRouter(market.router);
  };
  const drop = (day = sealed.day) => diamond.dropDay(market.router, day);

  describe('given the router is not cancelled', () => {
    it('it should revert with RouterNotCancelled', async () => {
      await expect(drop()).to.be.revertedWithCustomError(diamond, 'RouterNotCancelled').withArgs(market.router);
      await hold();
      await expect(drop()).to.be.revertedWithCustomError(diamond, 'RouterNotCancelled').withArgs(market.router);
    });
  });

  describe('given there is no book', () => {
    it('it should revert with DayBookNotFound', async () => {
      await cancel();
      await expect(drop(sealed.day + 1))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFound')
        .withArgs(market.router, sealed.day + 1);
    });
  });

  describe('given the book was final before the hold [YS-082]', () => {
    it('it should revert with DayBookIsFinal and leave it to its providers', async () => {
      await clockTo(sealed, FINALITY_SECONDS);
      await cancel();
      await expect(drop()).to.be.revertedWithCustomError(diamond, 'DayBookIsFinal').withArgs(market.router, sealed.day);
      for (const claim of sealed.book.claims) {
        await diamond.claimRequestCredits(market.router, sealed.day, providerProofOf(claim));
      }
    });
  });

  describe('given the book fell', () => {
    it('it should revert with DayBookIsFallen', async () => {
      await cancel();
      await drop();
      await expect(drop())
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFallen')
        .withArgs(market.router, sealed.day);
    });
  });

  describe('given the router was cancelled [YS-084]', () => {
    it('it should let the book fall, free its MOR and leave the bond', async () => {
      await cancel();
      const { owedMor } = await diamond.getPool();
      const tx = await expectMoney(market, () => drop(), {});
      await expect(tx).to.emit(diamond, 'DayBookFell').withArgs(market.router, sealed.day, sealed.book.totalMor);
      expect((await diamond.getPool()).owedMor).to.equal(owedMor - sealed.book.totalMor);
      const { bondMor, openMor } = await diamond.getRouter(market.router);
      expect([bondMor, openMor]).to.deep.equal([BOND_MOR, 0n]);
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Fallen);
    });
  });

  describe('given nobody decided the hold for 7 days', () => {
    it('it should let the book fall', async () => {
      await hold();
      await time.increase(HOLD_SECONDS);
      await expect(drop()).to.emit(diamond, 'DayBookFell');
    });
  });

  describe('given the running book was never sealed', () => {
    it('it should let it fall', async () => {
      await diamond.openDay();
      const day = Math.floor((await time.latest()) / 86_400);
      const book = bookOf(market, [await answerOf(market)], { day });
      await diamond.connect(market.router).commitDay(commitOf(book, day));
      await cancel();
      await expect(drop(day)).to.emit(diamond, 'DayBookFell').withArgs(market.router, day, book.totalMor);
    });
  });

  describe('given a demand is open', () => {
    it('it should let the book fall and leave the deposit to be returned', async () => {
      await fundDeposits(market, [market.stranger]);
      await diamond.demandAnswer(market.router, sealed.day, 0);
      await cancel();
      await drop();
      await expect(diamond.endDemand(market.router, sealed.day, 0)).to.emit(diamond, 'DemandReturned');
    });
  });
});
