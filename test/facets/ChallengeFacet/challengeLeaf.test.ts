import { expect } from 'chai';
import { expectFall, handmadeBook, sealedBook, type BookPart, type SealedBook } from '../../fixtures/books';
import { Fault, commitAndSeal, computeMarket, providerProofOf, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { load } from '../../fixtures/market';

describe('challengeLeaf', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond;
    day = await today();
  });

  const seal = async (parts: readonly BookPart[], totalMor?: bigint): Promise<SealedBook> => {
    const book = handmadeBook(market, parts, { day, ...(totalMor === undefined ? {} : { totalMor }) });
    return { day, book, sealedAt: await commitAndSeal(market, book, { day }) };
  };
  const challenge = ({ book }: SealedBook, index = 0) =>
    diamond.connect(market.stranger).challengeLeaf(market.router, day, providerProofOf(book.claims[index]!));
  const expectCaught = (sealed: SealedBook, fault: bigint, index = 0) =>
    expectFall(market, () => challenge(sealed, index), {
      day,
      book: sealed.book,
      fault,
      challenger: market.stranger,
    });

  describe('given the book is honest [YS-091]', () => {
    it('it should revert with NoFault for every leaf', async () => {
      const sealed = await sealedBook(market);
      for (const index of sealed.book.claims.keys()) {
        await expect(challenge(sealed, index))
          .to.be.revertedWithCustomError(diamond, 'NoFault')
          .withArgs(market.router, day);
      }
    });
  });

  describe('when the proof leads to another root', () => {
    it('it should revert with ProofInvalid', async () => {
      const { book } = await sealedBook(market);
      const proof = providerProofOf(book.claims[0]!);
      const siblings = proof.siblings.map(({ hash, sumMor }) => ({ hash, sumMor: sumMor + 1n }));
      await expect(diamond.challengeLeaf(market.router, day, { ...proof, siblings })).to.be.revertedWithCustomError(
        diamond,
        'ProofInvalid',
      );
    });
  });

  describe('given a leaf earns nothing', () => {
    it('it should let the book fall', async () => {
      const sealed = await seal([
        { provider: market.provider.address, dayMor: 5n },
        { provider: market.otherProvider.address, dayMor: 0n },
      ]);
      await expectCaught(sealed, Fault.AmountIsZero, 1);
    });
  });

  [
    { name: 'more', totalMor: 8n },
    { name: 'less', totalMor: 6n },
  ].forEach(({ name, totalMor }) => {
    describe(`given ${name} was committed than the leaves earn`, () => {
      it('it should let the book fall', async () => {
        const parts = [
          { provider: market.provider.address, dayMor: 5n },
          { provider: market.otherProvider.address, dayMor: 2n },
        ];
        await expectCaught(await seal(parts, totalMor), Fault.SumsDoNotAddUp);
      });
    });
  });

  describe('given a sum above 128 bits loses its high bits', () => {
    it('it should let the book fall', async () => {
      const parts = [
        { provider: market.provider.address, dayMor: 2n ** 128n - 1n },
        { provider: market.otherProvider.address, dayMor: 0n },
      ];
      await expectCaught(await seal(parts, 2n ** 20n), Fault.SumsDoNotAddUp);
    });
  });
});
