import { expect } from 'chai';
import { MaxUint256 } from 'ethers';
import { allowanceOf, today } from '../../fixtures/days';
import { OpenZeppelin, wordOf } from '../../fixtures/errors';
import { DAY, MOR, Op, Purpose, fundedMarket, load, time, type Market } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';

describe('stake', () => {
  let market: Market;
  let diamond: Market['diamond'];

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond;
  });

  const stake = (amountMor: bigint, purpose: number = Purpose.Session, as = market.user) =>
    diamond.connect(as).stake(purpose, amountMor);
  const counted = async (day: number, purpose: number = Purpose.Session) => [
    await diamond.countedStake(market.user, purpose, day),
    await diamond.totalCountedStake(purpose, day),
  ];

  describe('given opening is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Open);
      const { until } = await diamond.pauseState();
      await expect(stake(MOR)).to.be.revertedWithCustomError(diamond, 'OperationPaused').withArgs(Op.Open, until);
    });
  });

  describe('when the amount is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(stake(0n)).to.be.revertedWithCustomError(diamond, 'ZeroValue').withArgs(wordOf('amountMor'));
    });
  });

  describe('when the wallet has allowed less', () => {
    it('it should revert with ERC20InsufficientAllowance', async () => {
      await market.mor.connect(market.user).approve(diamond, 5n);
      await expect(stake(6n))
        .to.be.revertedWithCustomError(OpenZeppelin, 'ERC20InsufficientAllowance')
        .withArgs(await diamond.getAddress(), 5n, 6n);
    });
  });

  describe('when the purpose is sessions [YS-020]', () => {
    it('it should be active and count at once', async () => {
      const tx = await expectMoney(market, () => stake(100n * MOR), {
        wallets: [[market.user, -100n * MOR]],
        buckets: { SessionStakes: 100n * MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'Staked')
        .withArgs(market.user.address, Purpose.Session, 100n * MOR, 100n * MOR);
      const account = await diamond.getStake(market.user, Purpose.Session);
      expect(account).to.deep.equal([100n * MOR, 100n * MOR, 0n, await allowanceOf(market, 100n * MOR)]);
      expect(await diamond.totalActiveStake(Purpose.Session)).to.equal(100n * MOR);
      expect(await counted(await today())).to.deep.equal([100n * MOR, 100n * MOR]);
      expect(await counted((await today()) - 1)).to.deep.equal([0n, 0n]);
    });
  });

  describe('when the purpose is access', () => {
    it('it should go into the bucket of access and leave session stake alone', async () => {
      await expectMoney(market, () => stake(3n * MOR, Purpose.Access), {
        wallets: [[market.user, -3n * MOR]],
        buckets: { AccessStakes: 3n * MOR },
      });
      expect((await diamond.getStake(market.user, Purpose.Access)).activeMor).to.equal(3n * MOR);
      expect((await diamond.getStake(market.user, Purpose.Session)).activeMor).to.equal(0n);
    });
  });

  describe('given stake was unstaked today', () => {
    it('it should count only what rises above the highest of the day', async () => {
      await stake(100n);
      await diamond.connect(market.user).unstake(Purpose.Session, 60n);
      await stake(50n);
      let account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.countedMor]).to.deep.equal([90n, 100n]);
      await stake(30n);
      account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.countedMor]).to.deep.equal([120n, 120n]);
      expect(await counted(await today())).to.deep.equal([120n, 120n]);
    });
  });

  describe('given days have passed', () => {
    it('it should keep what counted on each of them', async () => {
      const day = await today();
      await stake(100n);
      await diamond.connect(market.user).unstake(Purpose.Session, 60n);
      await time.increase(3 * DAY);
      expect(await counted(day + 3)).to.deep.equal([40n, 40n]);
      await stake(5n);
      await time.increase(2 * DAY);
      await diamond.connect(market.user).unstake(Purpose.Session, 45n);
      await time.increase(DAY);
      await stake(1n);
      const days = [day - 1, day, day + 1, day + 2, day + 3, day + 4, day + 5, day + 6, day + 7];
      const expected = [0n, 100n, 40n, 40n, 45n, 45n, 45n, 1n, 1n];
      for (const [i, at] of days.entries()) {
        expect(await counted(at), `day ${i - 1}`).to.deep.equal([expected[i], expected[i]]);
      }
    });
  });

  describe('given the day is not open and the supply would be taken', () => {
    it('it should count everything, because the supply of the day will contain it', async () => {
      const { supplyMor } = await diamond.getDay(await today());
      await market.mor.mint(market.user, 2n * supplyMor);
      await market.mor.connect(market.user).approve(diamond, MaxUint256);
      await stake(2n * supplyMor);
      await diamond.openDay();
      expect((await diamond.getStake(market.user, Purpose.Session)).countedMor).to.equal(2n * supplyMor);
      expect((await diamond.getDay(await today())).supplyMor).to.be.greaterThan(2n * supplyMor);
    });
  });

  describe('given the day is open and the supply is nearly taken [YS-024]', () => {
    it('it should count up to the supply today and everything from tomorrow on', async () => {
      await diamond.openDay();
      const day = await today();
      const { supplyMor } = await diamond.getDay(day);
      await market.mor.mint(market.user, 2n * supplyMor);
      await market.mor.connect(market.user).approve(diamond, MaxUint256);
      await stake(supplyMor - 10n, Purpose.Access);
      await stake(25n);
      let account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.countedMor]).to.deep.equal([25n, 10n]);
      await diamond.connect(market.user).unstake(Purpose.Session, 20n);
      await stake(100n);
      account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.countedMor]).to.deep.equal([105n, 10n]);
      await time.increase(DAY);
      account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.countedMor]).to.deep.equal([105n, 105n]);
      await stake(1n);
      expect(await counted(day)).to.deep.equal([10n, 10n]);
      expect(await counted(day + 1)).to.deep.equal([106n, 106n]);
    });
  });
});
