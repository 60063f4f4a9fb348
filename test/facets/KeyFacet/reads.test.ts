import { expect } from 'chai';
import { ethers } from 'hardhat';
import { computeMarket } from '../../fixtures/compute';
import { today } from '../../fixtures/days';
import { load } from '../../fixtures/market';

describe('reads of KeyFacet', () => {
  it('tell a key that nobody registered', async () => {
    const { diamond, stranger, user } = await load(computeMarket);
    expect(await diamond.getKey(stranger)).to.deep.equal([ethers.ZeroAddress, 0n, 0n, 0n]);
    for (const owner of [ethers.ZeroAddress, stranger.address, user.address]) {
      for (const day of [0, await today(), 2 ** 24 - 1]) {
        expect(await diamond.isKeyGood(stranger, owner, day)).to.equal(false);
      }
    }
  });

  it('tell whose a key is and when it is good', async () => {
    const { diamond, user, otherUser, keys } = await load(computeMarket);
    const key = keys.get(user.address)!; // the fixture gives everybody a key
    const day = await today();
    const { owner, fromDay, untilDay, revokedFromDay } = await diamond.getKey(key);
    expect([owner, fromDay, revokedFromDay]).to.deep.equal([user.address, BigInt(day - 1), 0n]);
    for (const [account, at, isGood] of [
      [user, fromDay - 1n, false],
      [user, fromDay, true],
      [user, BigInt(day), true],
      [user, untilDay, true],
      [user, untilDay + 1n, false],
      [otherUser, BigInt(day), false],
    ] as const) {
      expect(await diamond.isKeyGood(key, account, at), `${account.address} on ${at}`).to.equal(isGood);
    }
    expect(await diamond.isKeyGood(key, ethers.ZeroAddress, day)).to.equal(false);
  });
});
