import { expect } from 'chai';
import { midnight, today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { DAY, HOUR, MOR, Purpose, load, openMarket, time, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { openSession } from '../../fixtures/sessions';

describe('unstake', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
    day = await today();
    await diamond.connect(market.user).stake(Purpose.Session, 1_000n * MOR);
  });

  const unstake = (amountMor: bigint, purpose: number = Purpose.Session) =>
    diamond.connect(market.user).unstake(purpose, amountMor);
  const pending = async () => [...(await diamond.getUnstaking(market.user))];

  describe('when the amount is zero', () => {
    it('it should revert with ZeroValue', async () => {
      await expect(unstake(0n)).to.be.revertedWithCustomError(diamond, 'ZeroValue').withArgs(wordOf('amountMor'));
    });
  });

  describe('when the amount is above the active stake', () => {
    it('it should revert with StakeTooLow', async () => {
      await expect(unstake(1_000n * MOR + 1n))
        .to.be.revertedWithCustomError(diamond, 'StakeTooLow')
        .withArgs(1_000n * MOR, 1_000n * MOR + 1n);
    });
  });

  describe('when the stake is for the other purpose', () => {
    it('it should revert with StakeTooLow', async () => {
      await expect(unstake(1n, Purpose.Access)).to.be.revertedWithCustomError(diamond, 'StakeTooLow').withArgs(0n, 1n);
    });
  });

  describe('when it is noon at the latest [YS-020]', () => {
    it('it should let the stake leave at the next midnight', async () => {
      await time.setNextBlockTimestamp(midnight(day) + 12 * HOUR);
      const tx = await expectMoney(market, () => unstake(300n * MOR), {
        wallets: [[market.user, 0n]],
        buckets: { SessionStakes: -300n * MOR, Unstaking: 300n * MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'Unstaked')
        .withArgs(market.user.address, Purpose.Session, 300n * MOR, 700n * MOR, midnight(day + 1));
      const account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.countedMor]).to.deep.equal([700n * MOR, 1_000n * MOR]);
      expect(await diamond.totalActiveStake(Purpose.Session)).to.equal(700n * MOR);
      expect(await pending()).to.deep.equal([0n, 300n * MOR, 0n, midnight(day + 1), 0n].map(BigInt));
    });
  });

  describe('when it is after noon [YS-020]', () => {
    it('it should let the stake leave at the midnight after the next', async () => {
      await time.setNextBlockTimestamp(midnight(day) + 12 * HOUR + 1);
      await expect(unstake(MOR))
        .to.emit(diamond, 'Unstaked')
        .withArgs(market.user.address, Purpose.Session, MOR, 999n * MOR, midnight(day + 2));
    });
  });

  describe('given another amount waits for the same midnight', () => {
    it('it should leave together with it', async () => {
      await unstake(1n);
      await unstake(2n);
      expect(await pending()).to.deep.equal([0n, 3n, 0n, midnight(day + 1), 0n].map(BigInt));
    });
  });

  describe('given another amount waits for the earlier midnight [YS-021]', () => {
    it('it should not delay it', async () => {
      await unstake(1n);
      await time.increaseTo(midnight(day) + 13 * HOUR);
      await unstake(2n);
      await unstake(4n);
      expect(await pending()).to.deep.equal([0n, 1n, 6n, midnight(day + 1), midnight(day + 2)].map(BigInt));
      await time.increaseTo(midnight(day + 1));
      expect(await pending()).to.deep.equal([1n, 6n, 0n, midnight(day + 2), 0n].map(BigInt));
    });
  });

  describe('given an amount is due and was not withdrawn', () => {
    it('it should stay due', async () => {
      await unstake(1n);
      await time.increaseTo(midnight(day + 1) + 13 * HOUR);
      await unstake(2n);
      expect(await pending()).to.deep.equal([1n, 2n, 0n, midnight(day + 3), 0n].map(BigInt));
      await time.increaseTo(midnight(day + 3) - HOUR);
      await unstake(4n);
      await time.increaseTo(midnight(day + 3));
      expect(await pending()).to.deep.equal([3n, 4n, 0n, midnight(day + 4), 0n].map(BigInt));
    });
  });

  describe('given stake of both purposes', () => {
    it('it should let both leave together', async () => {
      await diamond.connect(market.user).stake(Purpose.Access, 8n);
      await unstake(1n);
      await expectMoney(market, () => unstake(8n, Purpose.Access), {
        buckets: { AccessStakes: -8n, Unstaking: 8n },
      });
      expect(await pending()).to.deep.equal([0n, 9n, 0n, midnight(day + 1), 0n].map(BigInt));
    });
  });

  describe('given the stake carried a session', () => {
    it('it should leave all the same, and allow no new use', async () => {
      await openSession(market);
      await unstake(1_000n * MOR);
      const account = await diamond.getStake(market.user, Purpose.Session);
      expect([account.activeMor, account.remainingMor]).to.deep.equal([0n, 0n]);
      await time.increase(DAY);
      expect((await diamond.getStake(market.user, Purpose.Session)).countedMor).to.equal(0n);
    });
  });
});
