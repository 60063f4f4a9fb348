import { expect } from 'chai';
import type { Answer } from '@yellowstone/protocol' with { 'resolution-mode': 'import' };
import { expectFall, handmadeBook, sealedBook, shownOf, type SealedBook } from '../../fixtures/books';
import {
  FINALITY_SECONDS,
  Fault,
  TOKEN_PRICE_MOR,
  answerOf,
  commitAndSeal,
  computeMarket,
  type AnswerWish,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { load, time } from '../../fixtures/market';

const TOKENS = 1_000n;
const AMOUNT_MOR = TOKENS * TOKEN_PRICE_MOR;

describe('challengeAnswers', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond;
    day = await today();
  });

  const numbered = (runningNumber: bigint, runningMor: bigint, wish: AnswerWish = {}): Promise<Answer> =>
    answerOf(market, { tokens: TOKENS, runningNumber, runningMor, ...wish });
  const seal = async (answers: readonly Answer[], totalMor?: bigint): Promise<SealedBook> => {
    const parts = [{ provider: market.provider.address, answers }];
    const book = handmadeBook(market, parts, { day, ...(totalMor === undefined ? {} : { totalMor }) });
    return { day, book, sealedAt: await commitAndSeal(market, book, { day }) };
  };
  const challenge = ({ book }: SealedBook, first: number, second: number) =>
    diamond
      .connect(market.stranger)
      .challengeAnswers(market.router, day, ...shownOf(market, book, 0, first), ...shownOf(market, book, 0, second));
  const expectCaught = (sealed: SealedBook, fault: bigint, first = 0, second = 1) =>
    expectFall(market, () => challenge(sealed, first, second), {
      day,
      book: sealed.book,
      fault,
      challenger: market.stranger,
    });
  const expectNoFault = (call: Promise<unknown>) =>
    expect(call).to.be.revertedWithCustomError(diamond, 'NoFault').withArgs(market.router, day);

  describe('given the book is final', () => {
    it('it should revert with DayBookIsFinal', async () => {
      const answer = await numbered(1n, AMOUNT_MOR);
      const sealed = await seal([answer, answer]);
      await time.setNextBlockTimestamp(sealed.sealedAt + FINALITY_SECONDS);
      await expect(challenge(sealed, 0, 1))
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFinal')
        .withArgs(market.router, day);
    });
  });

  describe('when both places are one', () => {
    it('it should revert with SamePlace', async () => {
      const sealed = await seal([await numbered(1n, AMOUNT_MOR), await numbered(2n, 2n * AMOUNT_MOR)]);
      await expect(challenge(sealed, 0, 0))
        .to.be.revertedWithCustomError(diamond, 'SamePlace')
        .withArgs(0);
      await expect(challenge(sealed, 1, 1))
        .to.be.revertedWithCustomError(diamond, 'SamePlace')
        .withArgs(AMOUNT_MOR);
    });
  });

  describe('given one request stands in the book twice', () => {
    it('it should let the book fall', async () => {
      const answer = await numbered(1n, AMOUNT_MOR);
      const twin = { ...answer, runningNumber: 2n, runningMor: 2n * AMOUNT_MOR };
      await expectCaught(await seal([answer, twin]), Fault.RequestTwice);
    });
  });

  describe('given one leaf stands in the book twice', () => {
    it('it should let the book fall', async () => {
      const answer = await numbered(1n, AMOUNT_MOR);
      await expectCaught(await seal([answer, answer]), Fault.RequestTwice);
    });
  });

  describe('given one request stands under two providers', () => {
    it('it should let the book fall', async () => {
      const answer = await numbered(1n, AMOUNT_MOR);
      const parts = [market.provider, market.otherProvider].map(({ address }) => ({
        provider: address,
        answers: [answer],
      }));
      const book = handmadeBook(market, parts, { day });
      await commitAndSeal(market, book, { day });
      const call = () =>
        diamond
          .connect(market.stranger)
          .challengeAnswers(market.router, day, ...shownOf(market, book, 0), ...shownOf(market, book, 1));
      await expectFall(market, call, { day, book, fault: Fault.RequestTwice, challenger: market.stranger });
    });
  });

  describe('given the running sum of a later answer is one wei too low', () => {
    it('it should let the book fall', async () => {
      const answers = [await numbered(1n, AMOUNT_MOR), await numbered(2n, 2n * AMOUNT_MOR - 1n)];
      await expectCaught(await seal(answers), Fault.RunningTooLow);
    });
  });

  describe('given two answers of a user have the same number', () => {
    it('it should let the book fall', async () => {
      const answers = [await numbered(7n, 5n * AMOUNT_MOR), await numbered(7n, 5n * AMOUNT_MOR)];
      await expectCaught(await seal(answers), Fault.RunningTooLow, 1, 0);
    });
  });

  describe('given the two sums agree', () => {
    it('it should revert with NoFault in either order', async () => {
      const sealed = await seal([await numbered(1n, AMOUNT_MOR), await numbered(2n, 2n * AMOUNT_MOR)]);
      await expectNoFault(challenge(sealed, 0, 1));
      await expectNoFault(challenge(sealed, 1, 0));
    });
  });

  describe('given the two answers are of different users', () => {
    it('it should revert with NoFault in either order', async () => {
      const other = await numbered(1n, AMOUNT_MOR, { user: market.otherUser });
      const sealed = await seal([await numbered(1n, AMOUNT_MOR), other]);
      await expectNoFault(challenge(sealed, 0, 1));
      await expectNoFault(challenge(sealed, 1, 0));
    });
  });

  describe('given one of them has no amount', () => {
    it('it should let the book fall in either order', async () => {
      for (const [first, second] of [
        [0, 1],
        [1, 0],
      ] as const) {
        market = await load(computeMarket);
        const empty = await numbered(2n, AMOUNT_MOR, { change: { credit: { tokens: 0n, amountMor: 0n } } });
        const sealed = await seal([await numbered(1n, AMOUNT_MOR), empty]);
        await expectCaught(sealed, Fault.AmountIsZero, first, second);
      }
    });
  });

  describe('given the sum of the book is not what was committed', () => {
    it('it should let the book fall', async () => {
      const answers = [await numbered(1n, AMOUNT_MOR), await numbered(2n, 2n * AMOUNT_MOR)];
      await expectCaught(await seal(answers, AMOUNT_MOR), Fault.SumsDoNotAddUp);
    });
  });

  describe('given only the second answer stands under a sum that is wrong', () => {
    it('it should let the book fall', async () => {
      const first = await numbered(1n, AMOUNT_MOR);
      const second = await numbered(1n, AMOUNT_MOR, { user: market.otherUser, provider: market.otherProvider });
      const parts = [
        { provider: market.provider.address, answers: [first] },
        { provider: market.otherProvider.address, answers: [second], dayMor: AMOUNT_MOR - 1n },
      ];
      const book = handmadeBook(market, parts, { day });
      await commitAndSeal(market, book, { day });
      const call = () =>
        diamond
          .connect(market.stranger)
          .challengeAnswers(market.router, day, ...shownOf(market, book, 0), ...shownOf(market, book, 1));
      await expectFall(market, call, { day, book, fault: Fault.SumsDoNotAddUp, challenger: market.stranger });
    });
  });

  describe('given the book is honest [YS-091]', () => {
    it('it should revert with NoFault for every pair of its answers', async () => {
      const { book } = await sealedBook(market);
      const places = [
        [0, 0],
        [1, 0],
        [1, 1],
      ] as const;
      for (const first of places) {
        for (const second of places.filter((place) => place !== first)) {
          const shown = [...shownOf(market, book, ...first), ...shownOf(market, book, ...second)] as const;
          await expectNoFault(diamond.challengeAnswers(market.router, day, ...shown));
        }
      }
    });
  });
});
