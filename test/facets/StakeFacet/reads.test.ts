import { expect } from 'chai';
import { allowanceOf, today } from '../../fixtures/days';
import { DAY, MOR, Purpose, emptyMarket, fundedMarket, load, time } from '../../fixtures/market';

describe('reads of StakeFacet', () => {
  it('are zero for strangers', async () => {
    const { diamond, stranger } = await load(fundedMarket);
    for (const purpose of [Purpose.Session, Purpose.Access]) {
      expect(await diamond.getStake(stranger, purpose)).to.deep.equal([0n, 0n, 0n, 0n]);
      expect(await diamond.countedStake(stranger, purpose, 0)).to.equal(0n);
      expect(await diamond.totalCountedStake(purpose, await today())).to.equal(0n);
      expect(await diamond.totalActiveStake(purpose)).to.equal(0n);
    }
    expect([...(await diamond.getUnstaking(stranger))]).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
  });

  it('measure an account against the day, without an allowance while the pool is too small', async () => {
    const empty = await load(emptyMarket);
    await empty.diamond.connect(empty.user).stake(Purpose.Session, 10n * MOR);
    expect(await empty.diamond.getStake(empty.user, Purpose.Session)).to.deep.equal([10n * MOR, 10n * MOR, 0n, 0n]);

    const market = await load(fundedMarket);
    const { diamond, user, otherUser } = market;
    await diamond.connect(user).stake(Purpose.Session, 10n * MOR);
    await diamond.connect(otherUser).stake(Purpose.Session, 5n * MOR);
    const day = await today();
    expect((await diamond.getStake(user, Purpose.Session)).remainingMor).to.equal(await allowanceOf(market, 10n * MOR));
    await diamond.connect(user).unstake(Purpose.Session, 4n * MOR);
    const table = [
      [day - 1, 0n, 0n],
      [day, 10n * MOR, 15n * MOR],
      [day + 1, 6n * MOR, 11n * MOR],
    ] as const;
    await time.increase(DAY);
    for (const [at, own, total] of table) {
      expect(await diamond.countedStake(user, Purpose.Session, at)).to.equal(own);
      expect(await diamond.totalCountedStake(Purpose.Session, at)).to.equal(total);
    }
    expect(await diamond.totalActiveStake(Purpose.Session)).to.equal(11n * MOR);
  });
});
