import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { Wallet } from 'ethers';
import { computeMarket, registerKey, type ComputeMarket } from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { DAY, load, time } from '../../fixtures/market';

describe('revokeKey', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let key: Wallet;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond.connect(market.user);
    key = market.keys.get(market.user.address)!; // the fixture gives everybody a key
  });

  describe('given the key was never registered', () => {
    it('it should revert with KeyNotFound', async () => {
      await expect(diamond.revokeKey(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'KeyNotFound')
        .withArgs(market.stranger.address, market.user.address);
    });
  });

  describe('given the key serves somebody else', () => {
    it('it should revert with KeyNotFound', async () => {
      await expect(diamond.connect(market.stranger).revokeKey(key))
        .to.be.revertedWithCustomError(diamond, 'KeyNotFound')
        .withArgs(key.address, market.stranger.address);
    });
  });

  describe('given the key was revoked', () => {
    it('it should revert with KeyEnded', async () => {
      const day = await today();
      await diamond.revokeKey(key);
      await time.increase(3 * DAY);
      await expect(diamond.revokeKey(key))
        .to.be.revertedWithCustomError(diamond, 'KeyEnded')
        .withArgs(key.address, day);
    });
  });

  describe('given the key is good [YS-071]', () => {
    it('it should be good until the end of today, and stay good for what it signed before', async () => {
      const day = await today();
      const { fromDay, untilDay } = await diamond.getKey(key);
      await time.setNextBlockTimestamp(midnight(day + 1) - 1);
      await expect(diamond.revokeKey(key))
        .to.emit(diamond, 'KeyRevoked')
        .withArgs(market.user.address, key.address, day + 1);
      expect(await diamond.getKey(key)).to.deep.equal([market.user.address, fromDay, untilDay, BigInt(day + 1)]);
      await time.increase(5 * DAY);
      const days = [day - 2, day - 1, day, day + 1, day + 5];
      const good = await Promise.all(days.map((each) => diamond.isKeyGood(key, market.user, each)));
      expect(good).to.deep.equal([false, true, true, false, false]);
    });
  });

  describe('given the key ran out [YS-071]', () => {
    it('it should revoke it without changing the days on which it was good', async () => {
      const short = new ethers.Wallet(ethers.id('short'));
      const day = await today();
      await registerKey(market, market.user, short, midnight(day + 1));
      await time.increaseTo(midnight(day + 5));
      await diamond.revokeKey(short);
      const good = await Promise.all(
        [day, day + 1, day + 2].map((each) => diamond.isKeyGood(short, market.user, each)),
      );
      expect(good).to.deep.equal([true, true, false]);
    });
  });
});
