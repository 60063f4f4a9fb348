import { expect } from 'chai';
import { today } from '../../fixtures/days';
import { DAY, MOR, POOL_MOR, emptyMarket, fundedMarket, load, time } from '../../fixtures/market';
import { BUCKETS } from '../../fixtures/money';

describe('reads of PoolFacet', () => {
  it('tell a pool without history and one with two days of it', async () => {
    const empty = await load(emptyMarket);
    expect(await empty.diamond.getPool()).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n]);
    const { diamond } = await load(fundedMarket);
    expect(await diamond.getPool()).to.deep.equal([POOL_MOR, 0n, 0n, 0n, 0n, POOL_MOR / 100n]);
  });

  it('simulate today only', async () => {
    const { diamond, mor } = await load(fundedMarket);
    const day = await today();
    expect((await diamond.getDay(day)).poolMor).to.equal(POOL_MOR);
    await mor.mint(diamond, 9n);
    expect((await diamond.getDay(day)).poolMor).to.equal(POOL_MOR + 9n);
    for (const other of [0, day - 1, day + 1, 2 ** 24 - 1]) {
      expect(await diamond.getDay(other)).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    }
    await diamond.openDay();
    await time.increase(DAY);
    expect((await diamond.getDay(day)).poolMor).to.equal(POOL_MOR + 9n);
  });

  it('tell parameters, schedule and buckets', async () => {
    const { diamond } = await load(fundedMarket);
    expect(await diamond.getPoolParameters()).to.deep.equal([100n, 100n, MOR]);
    const [buckets, computeBucket] = await diamond.getEmissionSchedule();
    expect([buckets.length, computeBucket]).to.deep.equal([5, 3n]);
    expect(buckets.map((bucket) => bucket.initialRewardMor)).to.deep.equal(
      [3_456n, 3_456n, 3_456n, 3_456n, 576n].map((mor) => mor * MOR),
    );
    const firstDay = Number(buckets[3]!.payoutStartAt) / DAY;
    const table = [
      [firstDay - 1, 0n, 0n],
      [firstDay, 14_400n * MOR, 3_456n * MOR],
      [firstDay + 1, 14_397_531_005_299_000_000_000n, 3_455_407_441_271_760_000_000n],
      [firstDay + 5_833, 0n, 0n],
    ] as const;
    for (const [day, totalMor, computeMor] of table) {
      expect(await diamond.getScheduledEmission(day), `day ${day}`).to.deep.equal([totalMor, computeMor]);
    }
    expect(await diamond.getTreasury()).to.deep.equal(BUCKETS.map((name) => (name === 'Pool' ? POOL_MOR : 0n)));
  });
});
