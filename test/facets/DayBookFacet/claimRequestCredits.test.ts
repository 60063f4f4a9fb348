import { expect } from 'chai';
import { ethers } from 'hardhat';
import { clockTo, handmadeBook, sealedBook, type BookPart, type SealedBook } from '../../fixtures/books';
import {
  BookStatus,
  FINALITY_SECONDS,
  HOLD_SECONDS,
  bookOf,
  answerOf,
  commitAndSeal,
  commitOf,
  computeMarket,
  providerProofOf,
  type ComputeMarket,
} from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { DAY, HOUR, MOR, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';

describe('claimRequestCredits', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let owner: ComputeMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.stranger);
    owner = market.diamond.connect(await ownerOf(market));
    day = await today();
  });

  const claim = ({ book }: Pick<SealedBook, 'book'>, index = 0) =>
    diamond.claimRequestCredits(market.router, day, providerProofOf(book.claims[index]!));
  const finalBook = async (parts?: readonly BookPart[], totalMor?: bigint): Promise<SealedBook> => {
    let sealed: SealedBook;
    if (parts === undefined) sealed = await sealedBook(market);
    else {
      const book = handmadeBook(market, parts, { day, ...(totalMor === undefined ? {} : { totalMor }) });
      sealed = { day, book, sealedAt: await commitAndSeal(market, book, { day }) };
    }
    await time.increaseTo(sealed.sealedAt + FINALITY_SECONDS);
    return sealed;
  };

  describe('given there is no book', () => {
    it('it should revert with DayBookNotFound', async () => {
      const { book } = await sealedBook(market);
      await expect(diamond.claimRequestCredits(market.router, day + 1, providerProofOf(book.claims[0]!)))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFound')
        .withArgs(market.router, day + 1);
    });
  });

  describe('given the book is open', () => {
    it('it should revert with DayBookNotFinal', async () => {
      const book = bookOf(market, [await answerOf(market)], { day });
      await diamond.connect(market.router).commitDay(commitOf(book, day));
      const at = (await time.latest()) + 10;
      await time.setNextBlockTimestamp(at);
      await expect(claim({ book }))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFinal')
        .withArgs(market.router, day, at, 0);
    });
  });

  describe('given the 36 h are not over [YS-082]', () => {
    it('it should revert with DayBookNotFinal', async () => {
      const sealed = await sealedBook(market);
      const finalAt = sealed.sealedAt + FINALITY_SECONDS;
      await time.setNextBlockTimestamp(finalAt - 1);
      await expect(claim(sealed))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFinal')
        .withArgs(market.router, day, finalAt - 1, finalAt);
      await time.setNextBlockTimestamp(finalAt);
      await claim(sealed);
    });
  });

  describe('given the router is held before the end of the 36 h [YS-082]', () => {
    it('it should revert with DayBookNotFinal until the hold is over and the rest has passed', async () => {
      const sealed = await sealedBook(market);
      await clockTo(sealed, FINALITY_SECONDS - 10);
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(HOLD_SECONDS - 100);
      await expect(claim(sealed))
        .to.be.revertedWithCustomError(diamond, 'DayBookNotFinal')
        .withArgs(market.router, day, sealed.sealedAt + FINALITY_SECONDS - 10, sealed.sealedAt + FINALITY_SECONDS);
      await owner.releaseRouter(market.router);
      const releasedAt = await time.latest();
      await time.setNextBlockTimestamp(releasedAt + 9);
      await expect(claim(sealed)).to.be.revertedWithCustomError(diamond, 'DayBookNotFinal');
      await time.setNextBlockTimestamp(releasedAt + 10);
      await claim(sealed);
    });
  });

  describe('given the book fell', () => {
    it('it should revert with DayBookIsFallen', async () => {
      const sealed = await sealedBook(market);
      await diamond.connect(market.guardian).holdRouter(market.router);
      await owner.cancelRouter(market.router);
      await diamond.dropDay(market.router, day);
      await time.increase(2 * FINALITY_SECONDS);
      await expect(claim(sealed))
        .to.be.revertedWithCustomError(diamond, 'DayBookIsFallen')
        .withArgs(market.router, day);
    });
  });

  describe('given the leaf was paid [YS-085]', () => {
    it('it should revert with AlreadyClaimed', async () => {
      const sealed = await finalBook();
      await claim(sealed);
      await expect(claim(sealed))
        .to.be.revertedWithCustomError(diamond, 'AlreadyClaimed')
        .withArgs(market.router, day, sealed.book.claims[0]!.leaf.provider);
      expect(await diamond.isClaimed(market.router, day, sealed.book.claims[0]!.leaf.provider)).to.equal(true);
      expect(await diamond.isClaimed(market.router, day, sealed.book.claims[1]!.leaf.provider)).to.equal(false);
    });
  });

  describe('when the leaf is not in the book', () => {
    it('it should revert with ProofInvalid', async () => {
      const { book } = await finalBook();
      const proof = providerProofOf(book.claims[0]!);
      const changes = [
        { ...proof, leaf: { ...proof.leaf, provider: market.stranger.address } },
        { ...proof, leaf: { ...proof.leaf, dayMor: proof.leaf.dayMor + 1n } },
        { ...proof, leaf: { ...proof.leaf, receiptsRoot: ethers.id('receipts') } },
        { ...proof, index: 1n },
        { ...proof, siblings: proof.siblings.map(({ hash, sumMor }) => ({ hash, sumMor: sumMor - 1n })) },
      ];
      for (const changed of changes) {
        await expect(diamond.claimRequestCredits(market.router, day, changed)).to.be.revertedWithCustomError(
          diamond,
          'ProofInvalid',
        );
      }
    });
  });

  describe('when the proof is one of another router or day', () => {
    it('it should revert with ProofInvalid', async () => {
      const other = bookOf(market, [await answerOf(market, { router: market.otherRouter })], {
        router: market.otherRouter,
        day,
      });
      const book = { ...other, depth: 0n };
      await commitAndSeal(market, book, { day });
      await time.increase(FINALITY_SECONDS);
      await expect(claim({ book })).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
    });
  });

  describe('when the proof has another length than the tree', () => {
    it('it should revert with ProofLengthInvalid', async () => {
      const { book } = await finalBook();
      const proof = providerProofOf(book.claims[0]!);
      await expect(diamond.claimRequestCredits(market.router, day, { ...proof, siblings: [] }))
        .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
        .withArgs(0, 1);
    });
  });

  describe('when the index lies outside the tree', () => {
    it('it should revert with ValueOutOfRange', async () => {
      const { book } = await finalBook();
      const proof = providerProofOf(book.claims[0]!);
      await expect(diamond.claimRequestCredits(market.router, day, { ...proof, index: 2n }))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('index'), 2, 0, 1);
    });
  });

  describe('when the leaf earns nothing', () => {
    it('it should revert with ZeroValue', async () => {
      const parts = [
        { provider: market.provider.address, dayMor: 5n },
        { provider: market.otherProvider.address, dayMor: 0n },
      ];
      await expect(claim(await finalBook(parts), 1))
        .to.be.revertedWithCustomError(diamond, 'ZeroValue')
        .withArgs(wordOf('dayMor'));
    });
  });

  describe('given the sum of the book was committed wrongly and nobody challenged [YS-086]', () => {
    it('it should revert with ProofInvalid and credit nobody', async () => {
      const sealed = await finalBook([{ provider: market.provider.address, dayMor: 5n }], 6n);
      await expect(claim(sealed)).to.be.revertedWithCustomError(diamond, 'ProofInvalid').withArgs(sealed.book.root, 5);
    });
  });

  describe('when anyone claims for a provider [YS-087]', () => {
    it('it should pay the provider what its leaf says', async () => {
      const sealed = await finalBook();
      const { owedMor } = await diamond.getPool();
      const { leaf } = sealed.book.claims[0]!;
      const tx = await expectMoney(market, () => claim(sealed), {
        wallets: [
          [leaf.provider, leaf.dayMor],
          [market.stranger, 0n],
        ],
        buckets: { Pool: -leaf.dayMor },
      });
      await expect(tx)
        .to.emit(diamond, 'RequestCreditsClaimed')
        .withArgs(market.router, day, leaf.provider, leaf.dayMor, 0, leaf.dayMor, 0);
      expect((await diamond.getPool()).owedMor).to.equal(owedMor - leaf.dayMor);
      const book = await diamond.getDayBook(market.router, day);
      expect([book.status, book.claimedMor]).to.deep.equal([BookStatus.Final, leaf.dayMor]);
    });
  });

  describe('given the provider has a payout address [YS-087]', () => {
    it('it should pay there', async () => {
      await diamond.connect(market.otherProvider).setPayout(market.delegate);
      const sealed = await finalBook();
      const { leaf } = sealed.book.claims[0]!;
      expect(leaf.provider).to.equal(market.otherProvider.address);
      await expectMoney(market, () => claim(sealed), {
        wallets: [
          [market.delegate, leaf.dayMor],
          [market.otherProvider, 0n],
        ],
        buckets: { Pool: -leaf.dayMor },
      });
    });
  });

  describe('given the provider left the market', () => {
    it('it should pay all the same', async () => {
      await diamond.connect(market.otherProvider).deleteModelBid(market.otherTokenBidId);
      await diamond.connect(market.otherProvider).providerDeregister(market.otherProvider);
      const sealed = await finalBook();
      const { leaf } = sealed.book.claims[0]!;
      await expectMoney(market, () => claim(sealed), {
        wallets: [[market.otherProvider, leaf.dayMor]],
        buckets: { Pool: -leaf.dayMor },
      });
    });
  });

  describe('given the guard lets nothing out [YS-087]', () => {
    it('it should credit the leaf and leave it owed', async () => {
      await owner.setPoolParameters(0, 0, MOR);
      const sealed = await finalBook();
      const { leaf } = sealed.book.claims[0]!;
      const { owedMor } = await diamond.getPool();
      const tx = await expectMoney(market, () => claim(sealed), { wallets: [[leaf.provider, 0n]] });
      await expect(tx)
        .to.emit(diamond, 'RequestCreditsClaimed')
        .withArgs(market.router, day, leaf.provider, leaf.dayMor, 0, 0, leaf.dayMor);
      expect(await diamond.getRequestCredits(leaf.provider)).to.equal(leaf.dayMor);
      expect((await diamond.getPool()).owedMor).to.equal(owedMor);
    });
  });

  describe('given the provider waits for older credits', () => {
    it('it should pay both', async () => {
      await owner.setPoolParameters(0, 0, MOR);
      const first = await finalBook();
      const { leaf } = first.book.claims[0]!;
      await claim(first);
      await owner.setPoolParameters(100, 100, MOR);
      await diamond.openDay();
      day = await today();
      const second = await finalBook([{ provider: leaf.provider, dayMor: 9n }]);
      await expectMoney(market, () => claim(second), {
        wallets: [[leaf.provider, leaf.dayMor + 9n]],
        buckets: { Pool: -leaf.dayMor - 9n },
      });
      expect(await diamond.getRequestCredits(leaf.provider)).to.equal(0);
    });
  });

  describe('given days whose bits share a word and days whose bits do not [YS-085]', () => {
    it('it should keep them apart', async () => {
      const parts = [{ provider: market.provider.address, dayMor: 5n }];
      const days: number[] = [];
      for (const days_ of [0, 2, 254, 256]) {
        await time.increaseTo(Math.max((day + days_) * DAY + HOUR, (await time.latest()) + 1));
        await diamond.openDay().catch(() => undefined);
        const now = await today();
        const book = handmadeBook(market, parts, { day: now });
        await diamond.connect(market.router).commitDay(commitOf(book, now));
        days.push(now);
      }
      const last = days.at(-1)!;
      await time.increaseTo((last + 2) * DAY);
      await diamond.sealDay(market.router, last);
      await time.increase(FINALITY_SECONDS);
      expect(days.map((one) => one - days[0]!)).to.deep.equal([0, 2, 254, 256]);
      for (const one of days) {
        const book = handmadeBook(market, parts, { day: one });
        const proof = providerProofOf(book.claims[0]!);
        await diamond.claimRequestCredits(market.router, one, proof);
        await expect(diamond.claimRequestCredits(market.router, one, proof)).to.be.revertedWithCustomError(
          diamond,
          'AlreadyClaimed',
        );
      }
    });
  });

  describe('given the launch incentive', () => {
    it('it should add the part of the pot, at most what was earned', async () => {
      await owner.setLaunchDay(day + 1);
      await time.increaseTo((day + 1) * DAY + HOUR);
      await diamond.openDay();
      day += 1;
      // A pot of about 190 MOR: the large book earns more than it, so that the part counts.
      await market.mor.mint(market.user, 10n ** 25n);
      await market.mor.connect(market.user).approve(diamond, 10n ** 25n);
      await diamond.connect(market.user).stake(1, 5n * 10n ** 24n);
      const parts = [
        { provider: market.provider.address, dayMor: 200n * MOR },
        { provider: market.otherProvider.address, dayMor: 50n * MOR + 1n },
      ];
      const sealed = await finalBook(parts);
      const { potMor, totalMor } = await diamond.getDayBook(market.router, day);
      expect(potMor).to.be.greaterThan(100n * MOR);
      for (const { leaf, index } of sealed.book.claims) {
        const incentiveMor = market.protocol.incentiveOf({ index, places: 60n, potMor, dayMor: leaf.dayMor, totalMor });
        expect(incentiveMor).to.equal((potMor * leaf.dayMor) / totalMor);
        const { owedMor } = await diamond.getPool();
        await expect(claim(sealed, Number(index)))
          .to.emit(diamond, 'RequestCreditsClaimed')
          .withArgs(market.router, day, leaf.provider, leaf.dayMor, incentiveMor, leaf.dayMor + incentiveMor, 0);
        expect((await diamond.getPool()).owedMor).to.equal(owedMor - leaf.dayMor);
      }
    });
  });
});
