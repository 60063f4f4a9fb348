import { expect } from 'chai';
import { today } from '../../fixtures/days';
import { DAY, MOR, POOL_MOR, emptyMarket, fundedMarket, load, openMarket, time } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { openSession } from '../../fixtures/sessions';

/** Reference price of the configuration [MOR-wei per T]. */
const START_PRICE_MOR = 10n ** 11n;

describe('openDay', () => {
  describe('given the day is open', () => {
    it('it should revert with DayAlreadyOpen', async () => {
      const { diamond } = await load(fundedMarket);
      await diamond.openDay();
      await expect(diamond.openDay())
        .to.be.revertedWithCustomError(diamond, 'DayAlreadyOpen')
        .withArgs(await today());
    });
  });

  describe('given the pool is empty', () => {
    it('it should revert with PoolTooSmall', async () => {
      const { diamond } = await load(emptyMarket);
      await expect(diamond.openDay()).to.be.revertedWithCustomError(diamond, 'PoolTooSmall').withArgs(0, MOR);
      expect(await diamond.getDay(await today())).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    });
  });

  describe('given the pool is one wei too small', () => {
    it('it should revert with PoolTooSmall', async () => {
      const { diamond, mor } = await load(emptyMarket);
      await mor.mint(diamond, MOR - 1n);
      await expect(diamond.openDay())
        .to.be.revertedWithCustomError(diamond, 'PoolTooSmall')
        .withArgs(MOR - 1n, MOR);
      await mor.mint(diamond, 1n);
      await expect(diamond.openDay()).to.emit(diamond, 'DayOpened');
    });
  });

  describe('given the pool is large enough', () => {
    it('it should take the emission in and the snapshot that the reads promised', async () => {
      const { diamond, mor, stranger } = await load(fundedMarket);
      const day = await today();
      await mor.mint(diamond, 50n * MOR);
      const supplyOfToken = await mor.totalSupply();
      const [totalMor, computeMor] = await diamond.getScheduledEmission(day);
      const expected = await diamond.getDay(day);
      const tx = diamond.connect(stranger).openDay();
      const poolMor = POOL_MOR + 50n * MOR;
      const supplyMor = supplyOfToken + totalMor + computeMor + (poolMor + 99n) / 100n;
      await expect(tx)
        .to.emit(diamond, 'EmissionReceived')
        .withArgs(50n * MOR, poolMor);
      await expect(tx)
        .to.emit(diamond, 'DayOpened')
        .withArgs(day, poolMor, poolMor / 100n, supplyMor);
      await expect(tx)
        .to.emit(diamond, 'AccessDayOpened')
        .withArgs(day, START_PRICE_MOR, poolMor / 100n / START_PRICE_MOR);
      expect([expected.poolMor, expected.budgetMor, expected.supplyMor]).to.deep.equal([
        poolMor,
        poolMor / 100n,
        supplyMor,
      ]);
      expect(await diamond.getDay(day)).to.deep.equal([
        poolMor,
        poolMor / 100n,
        supplyMor,
        BigInt(await time.latest()),
        computeMor,
      ]);
    });
  });

  describe('given part of the pool is owed', () => {
    it('it should count only what is free', async () => {
      const market = await load(openMarket);
      const { openedAt } = await openSession(market);
      await time.increaseTo(openedAt + DAY);
      await market.diamond.openDay();
      const { balanceMor, owedMor } = await market.diamond.getPool();
      expect(owedMor).to.be.greaterThan(0n);
      expect((await market.diamond.getDay(await today())).poolMor).to.equal(balanceMor - owedMor);
    });
  });

  describe('given MOR arrives or parameters change after the opening', () => {
    it('it should keep the snapshot as it is', async () => {
      const market = await load(fundedMarket);
      const { diamond, mor } = market;
      await diamond.openDay();
      const snapshot = await diamond.getDay(await today());
      await mor.mint(diamond, 1_000n * MOR);
      await diamond.sync();
      await diamond.connect(await ownerOf(market)).setPoolParameters(1, 1, 1);
      expect(await diamond.getDay(await today())).to.deep.equal(snapshot);
    });
  });

  describe('given the budget is zero', () => {
    it('it should open a day on which nothing is promised', async () => {
      const market = await load(fundedMarket);
      await market.diamond.connect(await ownerOf(market)).setPoolParameters(0, 100, MOR);
      await market.diamond.openDay();
      expect((await market.diamond.getDay(await today())).budgetMor).to.equal(0n);
    });
  });
});
