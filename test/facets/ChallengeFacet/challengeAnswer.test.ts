import { expect } from 'chai';
import { ethers } from 'hardhat';
import {
  REWARD_MOR,
  expectFall,
  handmadeBook,
  honestAnswers,
  sealedBook,
  shownOf,
  type BookPart,
  type SealedBook,
} from '../../fixtures/books';
import {
  BOND_MOR,
  FINALITY_SECONDS,
  Fault,
  TOKEN_PRICE_MOR,
  answerOf,
  commitAndSeal,
  commitOf,
  computeMarket,
  registerKey,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { LIES } from '../../fixtures/faults';
import { DAY, HOUR, MOR, load, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';

describe('challengeAnswer', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond;
    day = await today();
  });

  const challenge = ({ book }: Pick<SealedBook, 'book'>, provider = 0, receipt = 0) =>
    diamond.connect(market.stranger).challengeAnswer(market.router, day, ...shownOf(market, book, provider, receipt));
  const sealParts = async (parts: readonly BookPart[], totalMor?: bigint): Promise<SealedBook> => {
    const book = handmadeBook(market, parts, { day, ...(totalMor === undefined ? {} : { totalMor }) });
    return { day, book, sealedAt: await commitAndSeal(market, book, { day }) };
  };
  const expectCaught = async ({ book }: SealedBook, fault: bigint, provider = 0, receipt = 0) => {
    expect(await diamond.findFault(market.router, day, ...shownOf(market, book, provider, receipt))).to.equal(fault);
    await expectFall(market, () => challenge({ book }, provider, receipt), {
      day,
      book,
      fault,
      challenger: market.stranger,
    });
  };

  describe('given there is no book', () => {
    it('it should revert with DayBookNotFound', async () => {
      const { book } = await sealedBook(market);
      await expect(diamond.challengeAnswer(market.router, day + 1, ...shownOf(market, book)))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFound')
        .withArgs(market.router, day + 1);
    });
  });

  describe('given the book is open', () => {
    it('it should revert with DayBookOpen', async () => {
      const book = handmadeBook(market, [{ provider: market.provider.address, answers: [await answerOf(market)] }], {
        day,
      });
      await diamond.connect(market.router).commitDay(commitOf(book, day));
      await expect(challenge({ book }))
        .to.be.revertedWithCustomError(diamond, 'DayBookOpen')
        .withArgs(market.router, day, (day + 2) * DAY);
    });
  });

  describe('given the book is final [YS-082]', () => {
    it('it should revert with DayBookIsFinal', async () => {
      const sealed = await sealParts([
        { provider: market.provider.address, answers: [await LIES[0]!.answer(market), await answerOf(market)] },
      ]);
      await time.setNextBlockTimestamp(sealed.sealedAt + FINALITY_SECONDS);
      await expect(challenge(sealed))
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFinal')
        .withArgs(market.router, day);
    });
  });

  describe('given the book fell', () => {
    it('it should revert with DayBookIsFallen', async () => {
      const sealed = await sealParts([{ provider: market.provider.address, answers: [await LIES[1]!.answer(market)] }]);
      await challenge(sealed);
      await expect(challenge(sealed))
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFallen')
        .withArgs(market.router, day);
    });
  });

  describe('when the proof of the provider leads to another root', () => {
    it('it should revert with ProofInvalid', async () => {
      const { book } = await sealedBook(market);
      const [provider, answer] = shownOf(market, book);
      const leaf = { ...provider.leaf, dayMor: provider.leaf.dayMor + 1n };
      await expect(
        diamond.challengeAnswer(market.router, day, { ...provider, leaf }, answer),
      ).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
      await expect(
        diamond.challengeAnswer(market.router, day, { ...provider, index: 1n - provider.index }, answer),
      ).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
    });
  });

  describe('when the proof of the provider has another length than the tree', () => {
    it('it should revert with ProofLengthInvalid', async () => {
      const { book } = await sealedBook(market);
      const [provider, answer] = shownOf(market, book);
      await expect(diamond.challengeAnswer(market.router, day, { ...provider, siblings: [] }, answer))
        .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
        .withArgs(0, 1);
    });
  });

  describe('when the index of the provider lies outside the tree', () => {
    it('it should revert with ValueOutOfRange', async () => {
      const { book } = await sealedBook(market);
      const [provider, answer] = shownOf(market, book);
      await expect(diamond.challengeAnswer(market.router, day, { ...provider, index: 2 }, answer))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('index'), 2, 0, 1);
    });
  });

  describe('when the proof of the answer leads to another root', () => {
    it('it should revert with ProofInvalid and tell where it leads', async () => {
      const { book } = await sealedBook(market);
      const [provider, answer] = shownOf(market, book);
      const changed = { ...answer, answer: { ...answer.answer, runningNumber: 77n } };
      await expect(diamond.challengeAnswer(market.router, day, provider, changed)).to.be.revertedWithCustomError(
        diamond,
        'ProofInvalid',
      );
    });
  });

  describe('when the proof of the answer is deeper than any tree', () => {
    it('it should revert with ProofLengthInvalid', async () => {
      const { book } = await sealedBook(market);
      const [provider, answer] = shownOf(market, book);
      const siblings = Array.from({ length: 41 }, () => ({ hash: ethers.ZeroHash, sumMor: 0n }));
      await expect(diamond.challengeAnswer(market.router, day, provider, { ...answer, siblings }))
        .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
        .withArgs(41, 40);
    });
  });

  describe('when the index of the answer lies outside its tree', () => {
    it('it should revert with ValueOutOfRange', async () => {
      const { book } = await sealedBook(market);
      const [provider, answer] = shownOf(market, book, 1, 1);
      await expect(diamond.challengeAnswer(market.router, day, provider, { ...answer, index: 2 }))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('index'), 2, 0, 1);
    });
  });

  describe('given the answer is right [YS-091]', () => {
    it('it should revert with NoFault for every answer of the book', async () => {
      const { book } = await sealedBook(market);
      for (const [provider, receipt] of [
        [0, 0],
        [1, 0],
        [1, 1],
      ] as const) {
        await expect(challenge({ book }, provider, receipt))
          .to.be.revertedWithCustomError(diamond, 'NoFault')
          .withArgs(market.router, day);
        expect(await diamond.findFault(market.router, day, ...shownOf(market, book, provider, receipt))).to.equal(0);
      }
    });
  });

  describe('given the user is credited exactly up to the cap [YS-091]', () => {
    it('it should revert with NoFault', async () => {
      const capMor = await diamond.userMaxMor(market.user, market.router, day);
      const tokens = capMor / TOKEN_PRICE_MOR;
      const answers = [await answerOf(market, { tokens, runningMor: capMor })];
      const sealed = await sealParts([{ provider: market.provider.address, answers }]);
      await expect(challenge(sealed)).to.be.revertedWithCustomError(diamond, 'NoFault').withArgs(market.router, day);
    });
  });

  LIES.forEach(({ name, fault, answer }) => {
    describe(`given an answer with ${name} [YS-090] [YS-091]`, () => {
      it('it should let the book fall, suspend the router and take its bond', async () => {
        const answers = [await answer(market), await answerOf(market, { user: market.otherUser })];
        const honest = await answerOf(market, { provider: market.otherProvider });
        const sealed = await sealParts([
          { provider: market.provider.address, answers },
          { provider: market.otherProvider.address, answers: [honest] },
        ]);
        await expectCaught(sealed, fault);
      });
    });
  });

  describe('given a key that was revoked before the day [YS-091]', () => {
    it('it should let the book fall', async () => {
      const key = market.keys.get(market.provider.address)!;
      await diamond.connect(market.provider).revokeKey(key);
      await time.increaseTo((day + 1) * DAY + HOUR);
      await diamond.openDay();
      day += 1;
      await expectCaught(
        await sealParts([{ provider: market.provider.address, answers: [await answerOf(market)] }]),
        Fault.SignatureInvalid,
      );
    });
  });

  describe('given a key that was registered after the day', () => {
    it('it should let the book fall', async () => {
      const key = new ethers.Wallet(ethers.id('late key'));
      const keys = new Map([...market.keys, [market.user.address, key]]);
      const answer = await answerOf({ ...market, keys });
      const sealed = await sealParts([{ provider: market.provider.address, answers: [answer] }]);
      await registerKey(market, market.user, key);
      await expectCaught(sealed, Fault.SignatureInvalid);
    });
  });

  describe('given a signature of another form', () => {
    it('it should let the book fall', async () => {
      const answer = await answerOf(market);
      const compact = ethers.Signature.from(answer.rfcSignature).compactSerialized;
      const sealed = await sealParts([
        { provider: market.provider.address, answers: [{ ...answer, rfcSignature: compact }] },
      ]);
      await expectCaught(sealed, Fault.SignatureInvalid);
    });
  });

  describe('given the sum of the book is not what was committed', () => {
    it('it should let the book fall', async () => {
      const answers = await honestAnswers(market);
      const parts = [{ provider: market.provider.address, answers: [answers[0]!] }];
      await expectCaught(await sealParts(parts, answers[0]!.amountMor + 1n), Fault.SumsDoNotAddUp);
    });
  });

  describe('given the sum of the receipts is not what the provider got', () => {
    it('it should let the book fall', async () => {
      const [answer] = await honestAnswers(market);
      const parts = [
        { provider: market.provider.address, answers: [answer!], dayMor: answer!.amountMor * 2n },
        { provider: market.otherProvider.address, dayMor: 1n },
      ];
      await expectCaught(await sealParts(parts), Fault.SumsDoNotAddUp);
    });
  });

  describe('given a tenth of the bond is below the reward [YS-090]', () => {
    it('it should pay the tenth', async () => {
      const owner = diamond.connect(await ownerOf(market));
      await owner.slashRouter(market.router, BOND_MOR - 50n * MOR, ethers.id('reason'));
      const parts = [{ provider: market.provider.address, answers: [await LIES[1]!.answer(market)] }];
      await expectCaught(await sealParts(parts), LIES[1]!.fault);
      expect(REWARD_MOR).to.be.greaterThan(5n * MOR);
    });
  });

  describe('given the bond is gone', () => {
    it('it should let the book fall and pay nothing', async () => {
      const parts = [{ provider: market.provider.address, answers: [await LIES[1]!.answer(market)] }];
      const sealed = await sealParts(parts);
      await diamond.connect(await ownerOf(market)).slashRouter(market.router, BOND_MOR, ethers.id('reason'));
      await expectCaught(sealed, LIES[1]!.fault);
    });
  });

  describe('when the router challenges itself', () => {
    it('it should get a tenth at most and lose the rest', async () => {
      const sealed = await sealParts([{ provider: market.provider.address, answers: [await LIES[1]!.answer(market)] }]);
      await expectFall(
        market,
        () => diamond.connect(market.router).challengeAnswer(market.router, day, ...shownOf(market, sealed.book)),
        { day, book: sealed.book, fault: LIES[1]!.fault, challenger: market.router },
      );
    });
  });
});
