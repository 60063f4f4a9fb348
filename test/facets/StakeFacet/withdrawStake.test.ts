import { expect } from 'chai';
import { ethers } from 'hardhat';
import { setStorageAt } from '@nomicfoundation/hardhat-network-helpers';
import { midnight, today } from '../../fixtures/days';
import { HOUR, Purpose, fundedMarket, load, time, type Market } from '../../fixtures/market';
import { BUCKETS, expectMoney } from '../../fixtures/money';

/** `TreasuryStorage.SLOT`. */
const TREASURY_SLOT = 0x28d9ff03bd88d6ddef6f97816b38de3e0e26ebb0dc18535f4a8dc28e5950f000n;

describe('withdrawStake', () => {
  let market: Market;
  let diamond: Market['diamond'];
  let day: number;

  beforeEach(async () => {
    market = await load(fundedMarket);
    diamond = market.diamond;
    day = await today();
    await diamond.connect(market.user).stake(Purpose.Session, 100n);
  });

  const withdraw = () => diamond.connect(market.user).withdrawStake();

  describe('given nothing was unstaked', () => {
    it('it should revert with NothingToWithdraw', async () => {
      await expect(withdraw()).to.be.revertedWithCustomError(diamond, 'NothingToWithdraw').withArgs(0);
    });
  });

  describe('given nothing is due', () => {
    it('it should revert with NothingToWithdraw', async () => {
      await diamond.connect(market.user).unstake(Purpose.Session, 30n);
      await time.setNextBlockTimestamp(midnight(day + 1) - 1);
      await expect(withdraw())
        .to.be.revertedWithCustomError(diamond, 'NothingToWithdraw')
        .withArgs(midnight(day + 1));
    });
  });

  describe('given an amount is due', () => {
    it('it should pay it at the first second of the day', async () => {
      await diamond.connect(market.user).unstake(Purpose.Session, 30n);
      await time.setNextBlockTimestamp(midnight(day + 1));
      const tx = await expectMoney(market, withdraw, {
        wallets: [[market.user, 30n]],
        buckets: { Unstaking: -30n },
      });
      await expect(tx).to.emit(diamond, 'StakeWithdrawn').withArgs(market.user.address, 30n);
      expect([...(await diamond.getUnstaking(market.user))]).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
      await expect(withdraw()).to.be.revertedWithCustomError(diamond, 'NothingToWithdraw').withArgs(0);
    });
  });

  describe('given another amount is due later', () => {
    it('it should pay what is due and keep the rest', async () => {
      await diamond.connect(market.user).unstake(Purpose.Session, 30n);
      await time.increaseTo(midnight(day) + 13 * HOUR);
      await diamond.connect(market.user).unstake(Purpose.Session, 40n);
      await time.increaseTo(midnight(day + 1));
      await expectMoney(market, withdraw, { wallets: [[market.user, 30n]], buckets: { Unstaking: -30n } });
      await expect(withdraw())
        .to.be.revertedWithCustomError(diamond, 'NothingToWithdraw')
        .withArgs(midnight(day + 2));
      await time.increaseTo(midnight(day + 2));
      await expectMoney(market, withdraw, { wallets: [[market.user, 40n]], buckets: { Unstaking: -40n } });
    });
  });

  describe('given both midnights have passed', () => {
    it('it should pay both amounts together', async () => {
      await diamond.connect(market.user).unstake(Purpose.Session, 30n);
      await time.increaseTo(midnight(day) + 13 * HOUR);
      await diamond.connect(market.user).unstake(Purpose.Session, 40n);
      await time.increaseTo(midnight(day + 2));
      await expectMoney(market, withdraw, { wallets: [[market.user, 70n]], buckets: { Unstaking: -70n } });
    });
  });

  describe('given the ledger were short of what is due', () => {
    it('it should revert with BucketTooLow', async () => {
      await diamond.connect(market.user).unstake(Purpose.Session, 30n);
      await time.increaseTo(midnight(day + 1));
      // No call can bring this about, so the test writes the bucket: the upper half of the second slot of buckets.
      const slot = TREASURY_SLOT + 2n;
      const word = BigInt(await ethers.provider.getStorage(diamond, slot));
      expect(word >> 128n).to.equal(30n);
      await setStorageAt(await diamond.getAddress(), slot, word - (1n << 128n));
      await expect(withdraw())
        .to.be.revertedWithCustomError(diamond, 'BucketTooLow')
        .withArgs(BUCKETS.indexOf('Unstaking'), 29n, 30n);
    });
  });
});
