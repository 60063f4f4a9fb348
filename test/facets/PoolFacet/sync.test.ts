import { expect } from 'chai';
import { OpenZeppelin } from '../../fixtures/errors';
import { DAY, MOR, POOL_MOR, emptyMarket, fundedMarket, load, time } from '../../fixtures/market';
import { surplusOf, treasuryOf } from '../../fixtures/money';

/** All that can ever enter the pool [MOR-wei]. */
const MOST_MOR = 2n ** 96n - 1n;

describe('sync', () => {
  describe('given nothing arrived', () => {
    it('it should change nothing', async () => {
      const market = await load(fundedMarket);
      expect(await market.diamond.sync.staticCall()).to.equal(0n);
      const before = await market.diamond.getPool();
      await expect(market.diamond.sync()).not.to.emit(market.diamond, 'EmissionReceived');
      expect(await market.diamond.getPool()).to.deep.equal(before);
    });
  });

  describe('given MOR arrived by plain transfer', () => {
    it('it should take it into the pool and count it as received', async () => {
      const market = await load(fundedMarket);
      const { diamond, mor, user, stranger } = market;
      await mor.connect(user).transfer(diamond, 5n * MOR);
      expect(await surplusOf(market)).to.equal(5n * MOR);
      expect(await diamond.connect(stranger).sync.staticCall()).to.equal(5n * MOR);
      await expect(diamond.connect(stranger).sync())
        .to.emit(diamond, 'EmissionReceived')
        .withArgs(5n * MOR, POOL_MOR + 5n * MOR);
      expect((await treasuryOf(market)).Pool).to.equal(POOL_MOR + 5n * MOR);
      expect((await diamond.getPool()).receivedMor).to.equal(5n * MOR);
      expect(await surplusOf(market)).to.equal(0n);
    });
  });

  describe('given more arrived than the pool can count', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      const { diamond, mor } = await load(fundedMarket);
      await mor.mint(diamond, MOST_MOR - POOL_MOR + 1n);
      await expect(diamond.sync())
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(96, MOST_MOR + 1n);
    });
  });

  describe('given the pool has no history', () => {
    it('it should let out what was received at most, and one hundredth of the pool after a day', async () => {
      const { diamond, mor } = await load(emptyMarket);
      await mor.mint(diamond, 1_000n * MOR);
      await diamond.sync();
      expect((await diamond.getPool()).availableMor).to.equal(1_000n * MOR);
      await time.increase(DAY);
      expect((await diamond.getPool()).availableMor).to.equal(0n);
      await time.increase(3_600);
      expect((await diamond.getPool()).availableMor).to.equal(10n * MOR);
    });
  });
});
