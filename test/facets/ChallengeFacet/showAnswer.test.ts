import { expect } from 'chai';
import {
  DEPOSIT_MOR,
  clockTo,
  expectFall,
  fundDeposits,
  handmadeBook,
  sealedBook,
  shownAt,
  shownOf,
  type SealedBook,
} from '../../fixtures/books';
import {
  BookStatus,
  DEMAND_SECONDS,
  FINALITY_SECONDS,
  TOKEN_PRICE_MOR,
  answerOf,
  commitAndSeal,
  computeMarket,
  contextOf,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { LIES } from '../../fixtures/faults';
import { load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('showAnswer', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let sealed: SealedBook;

  beforeEach(async () => {
    market = await load(computeMarket);
    await fundDeposits(market, [market.stranger]);
    diamond = market.diamond.connect(market.stranger);
  });

  const sealHonest = async () => {
    sealed = await sealedBook(market);
  };
  const demand = (positionMor: bigint) => diamond.demandAnswer(market.router, sealed.day, positionMor);
  const show = (positionMor: bigint, at = positionMor) =>
    diamond.showAnswer(market.router, sealed.day, positionMor, ...shownAt(market, sealed.book, at));

  describe('given the position is not demanded', () => {
    it('it should revert with DemandNotFound', async () => {
      await sealHonest();
      await expect(show(0n))
        .to.be.revertedWithCustomError(diamond, 'DemandNotFound')
        .withArgs(market.router, sealed.day, 0);
    });
  });

  describe('given the book fell', () => {
    it('it should revert with DayBookIsFallen', async () => {
      await sealHonest();
      await demand(0n);
      await diamond.connect(market.guardian).holdRouter(market.router);
      await diamond.connect(await ownerOf(market)).cancelRouter(market.router);
      await diamond.dropDay(market.router, sealed.day);
      await expect(show(0n))
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFallen')
        .withArgs(market.router, sealed.day);
    });
  });

  describe('when the time for the answer is over', () => {
    it('it should revert with AnswerTooLate', async () => {
      await sealHonest();
      await demand(0n);
      const { dueClock } = await diamond.getDemand(market.router, sealed.day, 0);
      await time.setNextBlockTimestamp(dueClock + 1n);
      await expect(show(0n))
        .to.be.revertedWithCustomError(diamond, 'AnswerTooLate')
        .withArgs(dueClock + 1n, dueClock);
    });
  });

  describe('when the answer lies beside the position', () => {
    it('it should revert with PositionNotInside', async () => {
      await sealHonest();
      const firstMor = sealed.book.claims[0]!.leaf.dayMor;
      await demand(firstMor - 1n);
      await demand(firstMor);
      await expect(show(firstMor - 1n, firstMor))
        .to.be.revertedWithCustomError(diamond, 'PositionNotInside')
        .withArgs(firstMor - 1n, firstMor, firstMor + 500_000n * TOKEN_PRICE_MOR);
      await expect(show(firstMor, 0n))
        .to.be.revertedWithCustomError(diamond, 'PositionNotInside')
        .withArgs(firstMor, 0, firstMor);
    });
  });

  describe('when the answer is not the one of the book', () => {
    it('it should revert with ProofInvalid', async () => {
      await sealHonest();
      await demand(0n);
      const [provider, answer] = shownAt(market, sealed.book, 0n);
      const changed = { ...answer, answer: { ...answer.answer, tokens: 1n } };
      await expect(diamond.showAnswer(market.router, sealed.day, 0, provider, changed)).to.be.revertedWithCustomError(
        diamond,
        'ProofInvalid',
      );
    });
  });

  describe('when the answer stands under sums that do not add up', () => {
    it('it should revert with ProofInvalid', async () => {
      const day = await today();
      const answer = await answerOf(market);
      const parts = [
        { provider: market.provider.address, answers: [answer], dayMor: answer.amountMor + 1n },
        { provider: market.otherProvider.address, dayMor: 1n },
      ];
      const book = handmadeBook(market, parts, { day });
      sealed = { day, book, sealedAt: await commitAndSeal(market, book, { day }) };
      await demand(0n);
      await expect(diamond.showAnswer(market.router, day, 0, ...shownOf(market, book)))
        .to.be.revertedWithCustomError(diamond, 'ProofInvalid')
        .withArgs(book.root, 0);
    });
  });

  describe('when the answer is shown in the last second [YS-092]', () => {
    it('it should end the demand, give the deposit to the router and let the book become final', async () => {
      await sealHonest();
      for (const positionMor of [0n, sealed.book.totalMor - 1n]) {
        await demand(positionMor);
        const { dueClock } = await diamond.getDemand(market.router, sealed.day, positionMor);
        const { protocol } = market;
        const { leaf } = sealed.book.receiptAt(positionMor).receipt;
        const leafHash = protocol.receiptLeafNode(contextOf(market, market.router, sealed.day), leaf).hash;
        const call = async () => {
          if (positionMor !== 0n) await time.setNextBlockTimestamp(dueClock);
          return show(positionMor);
        };
        const tx = await expectMoney(market, call, {
          wallets: [
            [market.router, DEPOSIT_MOR],
            [market.stranger, 0n],
          ],
          buckets: { RouterBonds: -DEPOSIT_MOR },
        });
        await expect(tx).to.emit(diamond, 'AnswerShown').withArgs(market.router, sealed.day, positionMor, leafHash);
      }
      expect((await diamond.getDayBook(market.router, sealed.day)).openDemands).to.equal(0);
      await time.increaseTo(sealed.sealedAt + FINALITY_SECONDS);
      expect((await diamond.getDayBook(market.router, sealed.day)).status).to.equal(BookStatus.Final);
    });
  });

  describe('when a false answer is shown at the last moment', () => {
    it('it should leave 12 h to challenge it', async () => {
      const day = await today();
      const { fault, answer } = LIES.find(({ name }) => name.startsWith('a receiptSignature'))!;
      const parts = [{ provider: market.provider.address, answers: [await answer(market)] }];
      const book = handmadeBook(market, parts, { day });
      sealed = { day, book, sealedAt: await commitAndSeal(market, book, { day }) };
      await clockTo(sealed, DEMAND_SECONDS);
      await demand(0n);
      await clockTo(sealed, 2 * DEMAND_SECONDS);
      await show(0n);
      await clockTo(sealed, FINALITY_SECONDS - 1);
      await expectFall(market, () => diamond.challengeAnswer(market.router, day, ...shownOf(market, book)), {
        day,
        book,
        fault,
        challenger: market.stranger,
      });
    });
  });
});
