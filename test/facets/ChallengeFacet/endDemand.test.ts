import { expect } from 'chai';
import { ethers } from 'hardhat';
import {
  DEPOSIT_MOR,
  clockTo,
  expectFall,
  fundDeposits,
  sealedBook,
  shownAt,
  type SealedBook,
} from '../../fixtures/books';
import {
  BookStatus,
  FINALITY_SECONDS,
  Fault,
  HOLD_SECONDS,
  RouterState,
  computeMarket,
  providerProofOf,
  type ComputeMarket,
} from '../../fixtures/compute';
import { load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('endDemand', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let sealed: SealedBook;
  let dueClock: bigint;

  beforeEach(async () => {
    market = await load(computeMarket);
    await fundDeposits(market, [market.stranger, market.delegate]);
    diamond = market.diamond.connect(market.stranger);
    sealed = await sealedBook(market);
    await diamond.demandAnswer(market.router, sealed.day, 0n);
    ({ dueClock } = await diamond.getDemand(market.router, sealed.day, 0));
  });

  const end = (positionMor = 0n, as = market.otherUser) =>
    diamond.connect(as).endDemand(market.router, sealed.day, positionMor);
  const fallOf = (challenger = market.stranger) => ({
    day: sealed.day,
    book: sealed.book,
    fault: Fault.Withheld,
    challenger,
    depositMor: DEPOSIT_MOR,
  });
  const cancel = async () => {
    await diamond.connect(market.guardian).holdRouter(market.router);
    await diamond.connect(await ownerOf(market)).cancelRouter(market.router);
  };
  const expectReturned = async (call: () => ReturnType<typeof end>, demander = market.stranger, positionMor = 0n) => {
    const tx = await expectMoney(market, call, {
      wallets: [[demander, DEPOSIT_MOR]],
      buckets: { RouterBonds: -DEPOSIT_MOR },
    });
    await expect(tx).to.emit(diamond, 'DemandReturned').withArgs(market.router, sealed.day, positionMor, demander);
    await expect(tx).not.to.emit(diamond, 'FaultProven');
  };

  describe('given there is no demand', () => {
    it('it should revert with DemandNotFound', async () => {
      await expect(end(1n))
        .to.be.revertedWithCustomError(diamond, 'DemandNotFound')
        .withArgs(market.router, sealed.day, 1);
    });
  });

  describe('given the demand was answered', () => {
    it('it should revert with DemandNotFound', async () => {
      await diamond.showAnswer(market.router, sealed.day, 0, ...shownAt(market, sealed.book, 0n));
      await time.increaseTo(dueClock + 1n);
      await expect(end())
        .to.be.revertedWithCustomError(diamond, 'DemandNotFound')
        .withArgs(market.router, sealed.day, 0);
    });
  });

  describe('given the router has time to answer', () => {
    it('it should revert with DemandNotDue', async () => {
      await time.setNextBlockTimestamp(dueClock);
      await expect(end()).to.be.revertedWithCustomError(diamond, 'DemandNotDue').withArgs(dueClock, dueClock);
    });
  });

  describe('given the router is held', () => {
    it('it should revert with DemandNotDue however long it lasts', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      const { clock } = await diamond.getRouter(market.router);
      await time.increase(HOLD_SECONDS - 10);
      await expect(end()).to.be.revertedWithCustomError(diamond, 'DemandNotDue').withArgs(clock, dueClock);
    });
  });

  describe('given the time to answer is over [YS-092]', () => {
    it('it should let the book fall and pay deposit and reward to who demanded', async () => {
      await time.setNextBlockTimestamp(dueClock + 1n);
      await expectFall(market, () => end(), fallOf());
      expect(await diamond.getDemand(market.router, sealed.day, 0)).to.deep.equal([ethers.ZeroAddress, 0n, 0n]);
    });
  });

  describe('given the 36 h are over as well', () => {
    it('it should let the book fall all the same', async () => {
      await clockTo(sealed, 10 * FINALITY_SECONDS);
      await expectFall(market, () => end(), fallOf());
    });
  });

  describe('given two demands were not answered', () => {
    it('it should slash once and return the second deposit', async () => {
      await diamond.connect(market.delegate).demandAnswer(market.router, sealed.day, 7n);
      await time.increaseTo(dueClock + 100n);
      await expectFall(market, () => end(7n), fallOf(market.delegate));
      await expectReturned(() => end());
      expect((await diamond.getDayBook(market.router, sealed.day)).openDemands).to.equal(0);
    });
  });

  describe('given the book fell otherwise', () => {
    it('it should return the deposit', async () => {
      await cancel();
      await diamond.dropDay(market.router, sealed.day);
      await expectReturned(() => end());
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Fallen);
    });
  });

  describe('given the router was cancelled before the answer was due', () => {
    it('it should return the deposit and keep the book from becoming final', async () => {
      await cancel();
      await expectReturned(() => end());
      await time.increase(20 * FINALITY_SECONDS);
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Sealed);
      await diamond.dropDay(market.router, sealed.day);
    });
  });

  describe('given a hold that nobody decided cancelled the router', () => {
    it('it should return the deposit', async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(HOLD_SECONDS);
      await expectReturned(() => end());
    });
  });

  describe('given the router was cancelled after the answer was due', () => {
    it('it should let the book fall', async () => {
      await clockTo(sealed, FINALITY_SECONDS);
      await cancel();
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Sealed);
      await expect(end())
        .to.emit(diamond, 'FaultProven')
        .withArgs(market.router, sealed.day, Fault.Withheld, market.stranger, 100n * 10n ** 18n);
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Fallen);
      expect((await diamond.getRouter(market.router)).state).to.equal(RouterState.Cancelled);
      await expect(diamond.claimRequestCredits(market.router, sealed.day, providerProofOf(sealed.book.claims[0]!)))
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFallen')
        .withArgs(market.router, sealed.day);
    });
  });
});
