import { expect } from 'chai';
import { ethers } from 'hardhat';
import { expectFall, handmadeBook, sealedBook, type BookPart, type SealedBook } from '../../fixtures/books';
import { Fault, commitAndSeal, computeMarket, providerProofOf, type ComputeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { load } from '../../fixtures/market';

const [LOW, HIGH, HIGHEST] = [1, 2, 3].map((i) => ethers.getAddress(ethers.toBeHex(i, 20))) as [string, string, string];
const EMPTY: BookPart = { provider: ethers.ZeroAddress, dayMor: 0n, receiptsRoot: ethers.ZeroHash };

describe('challengeOrder', () => {
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
  const challenge = ({ book }: SealedBook, left: number, right: number) =>
    diamond
      .connect(market.stranger)
      .challengeOrder(market.router, day, providerProofOf(book.claims[left]!), providerProofOf(book.claims[right]!));
  const expectCaught = (sealed: SealedBook, fault: bigint, left = 0, right = 1) =>
    expectFall(market, () => challenge(sealed, left, right), {
      day,
      book: sealed.book,
      fault,
      challenger: market.stranger,
    });

  describe('when the left leaf does not stand left of the right one', () => {
    it('it should revert with LeavesNotOrdered', async () => {
      const sealed = await seal([
        { provider: LOW, dayMor: 3n },
        { provider: HIGH, dayMor: 2n },
      ]);
      for (const [left, right] of [
        [1, 0],
        [0, 0],
        [1, 1],
      ] as const) {
        await expect(challenge(sealed, left, right))
          .to.be.revertedWithCustomError(diamond, 'LeavesNotOrdered')
          .withArgs(left, right);
      }
    });
  });

  describe('when a proof leads to another root', () => {
    it('it should revert with ProofInvalid', async () => {
      const { book } = await sealedBook(market);
      const [left, right] = book.claims.map((claim) => providerProofOf(claim));
      const leaf = { ...right!.leaf, dayMor: left!.leaf.dayMor + 1n };
      await expect(
        diamond.challengeOrder(market.router, day, left!, { ...right!, leaf }),
      ).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
    });
  });

  describe('given the leaves are in order [YS-091]', () => {
    it('it should revert with NoFault, at a tie as well', async () => {
      const sealed = await seal([
        { provider: HIGHEST, dayMor: 3n },
        { provider: LOW, dayMor: 2n },
        { provider: HIGH, dayMor: 2n },
      ]);
      for (const [left, right] of [
        [0, 1],
        [1, 2],
        [0, 2],
      ] as const) {
        await expect(challenge(sealed, left, right))
          .to.be.revertedWithCustomError(diamond, 'NoFault')
          .withArgs(market.router, day);
      }
    });
  });

  describe('given the right leaf earned more', () => {
    it('it should let the book fall', async () => {
      const sealed = await seal([
        { provider: LOW, dayMor: 1n },
        { provider: HIGH, dayMor: 2n },
      ]);
      await expectCaught(sealed, Fault.ProvidersOutOfOrder);
    });
  });

  describe('given a tie in which the right address is lower', () => {
    it('it should let the book fall', async () => {
      const sealed = await seal([
        { provider: HIGH, dayMor: 2n },
        { provider: LOW, dayMor: 2n },
      ]);
      await expectCaught(sealed, Fault.ProvidersOutOfOrder);
    });
  });

  describe('given one provider stands in the book twice', () => {
    it('it should let the book fall', async () => {
      const sealed = await seal([
        { provider: LOW, dayMor: 2n },
        { provider: LOW, dayMor: 1n },
      ]);
      await expectCaught(sealed, Fault.ProvidersOutOfOrder);
    });
  });

  describe('given one provider stands in the book twice with another between', () => {
    it('it should let the book fall', async () => {
      const sealed = await seal([
        { provider: LOW, dayMor: 3n },
        { provider: HIGH, dayMor: 2n },
        { provider: LOW, dayMor: 1n },
      ]);
      await expectCaught(sealed, Fault.ProvidersOutOfOrder, 0, 2);
    });
  });

  describe('given an empty place hides that the order is wrong', () => {
    it('it should let the book fall', async () => {
      const sealed = await seal([{ provider: LOW, dayMor: 1n }, EMPTY, { provider: HIGH, dayMor: 2n }]);
      await expectCaught(sealed, Fault.ProvidersOutOfOrder, 0, 2);
    });
  });

  [
    { name: 'left', amounts: [0n, 1n] as const },
    { name: 'right', amounts: [1n, 0n] as const },
  ].forEach(({ name, amounts: [left, right] }) => {
    describe(`given the ${name} leaf earns nothing`, () => {
      it('it should let the book fall', async () => {
        const sealed = await seal([
          { provider: LOW, dayMor: left },
          { provider: HIGH, dayMor: right },
        ]);
        await expectCaught(sealed, Fault.AmountIsZero);
      });
    });
  });

  describe('given the sum of the book is not what was committed', () => {
    it('it should let the book fall', async () => {
      const parts = [
        { provider: LOW, dayMor: 2n },
        { provider: HIGH, dayMor: 1n },
      ];
      await expectCaught(await seal(parts, 4n), Fault.SumsDoNotAddUp);
    });
  });
});
