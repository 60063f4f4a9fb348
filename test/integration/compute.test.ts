import { expect } from 'chai';
import {
  ACCESS_STAKE_MOR,
  BookStatus,
  FINALITY_SECONDS,
  answerOf,
  bookOf,
  commitOf,
  computeMarket,
  providerProofOf,
  TOKEN_PRICE_MOR,
} from '../fixtures/compute';
import { today } from '../fixtures/days';
import { DAY, load, time } from '../fixtures/market';

describe('a settled day', () => {
  it('carries a thousand answers through one commit to the providers who gave them [YS-082] [YS-084]', async () => {
    const market = await load(computeMarket);
    const { diamond, mor, router, provider, otherProvider, user, otherUser } = market;
    const day = await today();
    const { budgetMor, supplyMor } = await diamond.getDay(day);
    expect(await diamond.requestCap(router, day)).to.equal(
      (budgetMor * 2n * ACCESS_STAKE_MOR * 6_000n) / (supplyMor * 10_000n),
    );
    const answers = [
      await answerOf(market, { tokens: 500_000n }),
      await answerOf(market, { user: otherUser, provider: otherProvider, tokens: 2_000_000n }),
      await answerOf(market, { tokens: 700_000n, runningMor: 1_200_000n * TOKEN_PRICE_MOR, runningNumber: 2n }),
    ];
    const small = bookOf(market, answers.slice(0, 1), { day });
    const book = bookOf(market, answers, { day });
    const owedBefore = (await diamond.getPool()).owedMor;
    await diamond.connect(router).commitDay(commitOf(small, day));
    await expect(diamond.connect(router).commitDay(commitOf(book, day)))
      .to.emit(diamond, 'DayCommitted')
      .withArgs(router, day, book.root, book.totalMor, book.totalTokens, book.answers, book.depth);
    expect((await diamond.getPool()).owedMor - owedBefore).to.equal(book.totalMor);

    await time.increaseTo((day + 2) * DAY);
    await expect(diamond.sealDay(router, day)).to.emit(diamond, 'DayBookSealed');
    await time.increase(FINALITY_SECONDS - 1);
    expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Sealed);
    await time.increase(1);
    expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Final);

    for (const claim of book.claims) {
      const before = await mor.balanceOf(claim.leaf.provider);
      await expect(diamond.claimRequestCredits(router, day, providerProofOf(claim)))
        .to.emit(diamond, 'RequestCreditsClaimed')
        .withArgs(router, day, claim.leaf.provider, claim.leaf.dayMor, 0, claim.leaf.dayMor, 0);
      expect((await mor.balanceOf(claim.leaf.provider)) - before).to.equal(claim.leaf.dayMor);
      await expect(diamond.claimRequestCredits(router, day, providerProofOf(claim)))
        .to.be.revertedWithCustomError(diamond, 'AlreadyClaimed')
        .withArgs(router, day, claim.leaf.provider);
    }
    expect(book.claims.map(({ leaf }) => leaf.provider)).to.deep.equal([otherProvider.address, provider.address]);
    expect((await diamond.getPool()).owedMor).to.equal(owedBefore);
    expect(await diamond.userMaxMor(user, router, day)).to.be.greaterThan(0);
  });
});
