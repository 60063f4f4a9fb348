import { expect } from 'chai';
import { DAY, MOR, PRICE_MOR, Verdict, load, openMarket, time } from '../fixtures/market';
import { surplusOf, treasuryOf } from '../fixtures/money';
import { SESSION_SECONDS, openSession, receiptOf, signReceipt } from '../fixtures/sessions';

describe('story: a first session', () => {
  it('is staked for, served, closed with a receipt, vests, and is paid out of the pool', async () => {
    const market = await load(openMarket);
    const { diamond, mor, provider, user, bidId, modelId } = market;

    const quote = await diamond.quoteSession(user, bidId, SESSION_SECONDS, 0);
    expect(quote.costMor).to.equal(PRICE_MOR * BigInt(SESSION_SECONDS));
    expect(quote.missingStakeMor).to.be.greaterThan(0n);

    const before = await mor.balanceOf(user);
    const { sessionId, openedAt } = await openSession(market);
    expect(before - (await mor.balanceOf(user))).to.equal(quote.missingStakeMor);
    expect((await treasuryOf(market)).SessionStakes).to.equal(quote.missingStakeMor);

    await time.increaseTo(openedAt + 1_199);
    const receipt = await receiptOf(sessionId);
    const signature = await signReceipt(market, provider, receipt);
    await diamond.connect(user).closeSession(sessionId, Verdict.Pass, receipt, signature);
    const earnedMor = PRICE_MOR * 1_200n;
    expect(await diamond.getSessionCredits(provider)).to.deep.equal([0n, earnedMor]);

    const statistics = await diamond.getStatistics(modelId, provider);
    expect(statistics.passes).to.equal(1n);
    expect(statistics.tokens).to.equal(4_600n);

    await time.increase(2 * DAY);
    const paidBefore = await mor.balanceOf(provider);
    await diamond.claimSessionCredits(provider, 1_000n * MOR);
    expect((await mor.balanceOf(provider)) - paidBefore).to.equal(earnedMor);

    await diamond.connect(user).unstake(0, quote.missingStakeMor);
    await time.increase(2 * DAY);
    await diamond.connect(user).withdrawStake();
    expect(await mor.balanceOf(user)).to.equal(before);
    expect(await surplusOf(market)).to.equal(0n);
  });
});
