import { expect } from 'chai';
import { ethers } from 'hardhat';
import { handmadeBook, sealedBook, type SealedBook } from '../../fixtures/books';
import {
  FINALITY_SECONDS,
  commitAndSeal,
  computeMarket,
  providerProofOf,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';

describe('claimRequestCreditsBatch', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let sealed: SealedBook;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
    sealed = await sealedBook(market);
  });

  const proofs = () => sealed.book.claims.map((claim) => providerProofOf(claim));
  const claim = (some = proofs()) => diamond.claimRequestCreditsBatch(market.router, sealed.day, some);

  describe('given the book is not final', () => {
    it('it should revert with DayBookNotFinal', async () => {
      const finalAt = sealed.sealedAt + FINALITY_SECONDS;
      await time.setNextBlockTimestamp(finalAt - 1);
      await expect(claim())
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFinal')
        .withArgs(market.router, sealed.day, finalAt - 1, finalAt);
    });
  });

  describe('given there is no book', () => {
    it('it should revert with DayBookNotFound', async () => {
      await expect(diamond.claimRequestCreditsBatch(market.router, sealed.day + 1, proofs()))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFound')
        .withArgs(market.router, sealed.day + 1);
    });
  });

  describe('when one of the proofs is wrong', () => {
    it('it should revert with ProofInvalid and pay nobody', async () => {
      await time.increase(FINALITY_SECONDS);
      const [first, second] = proofs();
      const wrong = {
        ...second!,
        leaf: { ...second!.leaf, receiptsRoot: market.protocol.parseBytes32(ethers.id('receipts')) },
      };
      await expect(claim([first!, wrong])).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
      expect(await diamond.isClaimed(market.router, sealed.day, first!.leaf.provider)).to.equal(false);
    });
  });

  describe('when no proof is given', () => {
    it('it should pay nothing', async () => {
      await time.increase(FINALITY_SECONDS);
      await expectMoney(market, () => claim([]), {});
    });
  });

  describe('when all leaves are claimed', () => {
    it('it should pay each provider and give the sum back', async () => {
      await time.increase(FINALITY_SECONDS);
      const { totalMor } = sealed.book;
      expect(await diamond.claimRequestCreditsBatch.staticCall(market.router, sealed.day, proofs())).to.equal(totalMor);
      const tx = await expectMoney(market, () => claim(), {
        wallets: sealed.book.claims.map(({ leaf }) => [leaf.provider, leaf.dayMor] as const),
        buckets: { Pool: -totalMor },
      });
      for (const { leaf } of sealed.book.claims) {
        await expect(tx)
          .to.emit(diamond, 'RequestCreditsClaimed')
          .withArgs(market.router, sealed.day, leaf.provider, leaf.dayMor, 0, leaf.dayMor, 0);
      }
      expect((await diamond.getDayBook(market.router, sealed.day)).claimedMor).to.equal(totalMor);
    });
  });

  describe('when a leaf stands in the batch twice or was paid before [YS-085]', () => {
    it('it should pay it once', async () => {
      await time.increase(FINALITY_SECONDS);
      const [first, second] = proofs();
      await claim([first!, first!]);
      const { leaf } = second!;
      await expectMoney(market, () => claim([first!, second!, second!, first!]), {
        wallets: [
          [leaf.provider, leaf.dayMor],
          [first!.leaf.provider, 0n],
        ],
        buckets: { Pool: -leaf.dayMor },
      });
    });
  });

  describe('given one provider stands in the book twice [YS-085]', () => {
    it('it should credit one of its leaves only', async () => {
      const router = market.otherRouter;
      await diamond.openDay();
      const day = await today();
      const parts = [
        { provider: market.provider.address, dayMor: 9n },
        { provider: market.provider.address, dayMor: 4n },
      ];
      const book = handmadeBook(market, parts, { router, day });
      await commitAndSeal(market, book, { router, day });
      await time.increase(FINALITY_SECONDS);
      const both = book.claims.map((one) => providerProofOf(one));
      await expectMoney(market, () => diamond.claimRequestCreditsBatch(router, day, both), {
        wallets: [[market.provider, 9n]],
        buckets: { Pool: -9n },
      });
    });
  });
});
