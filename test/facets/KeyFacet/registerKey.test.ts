import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import { Signature } from 'ethers';
import { computeMarket, type ComputeMarket } from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { wordOf } from '../../fixtures/errors';
import { DAY, Op, load, time } from '../../fixtures/market';

/** The longest that a key is registered ahead [s]. */
const MAX_VALID_SECONDS = 90 * DAY;
const KEY = new ethers.Wallet(ethers.id('new key'));
const OTHER_KEY = new ethers.Wallet(ethers.id('other key'));
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('registerKey', () => {
  let market: ComputeMarket;
  let diamond: ComputeMarket['diamond'];
  let day: number;
  let until: number;

  beforeEach(async () => {
    market = await load(computeMarket);
    diamond = market.diamond;
    day = await today();
    until = midnight(day + 10) + 7;
  });

  interface Registration {
    readonly owner?: HardhatEthersSigner;
    readonly key?: string;
    readonly validUntil?: number;
    readonly domain?: ComputeMarket['domain'];
  }
  /** The message that a key signs; what is not given agrees with the call. */
  const messageOf = ({ owner = market.stranger, key = KEY.address, validUntil = until, domain }: Registration = {}) =>
    market.protocol.keyRegistration(domain ?? market.domain, {
      owner: market.protocol.parseAddress(owner.address),
      key: market.protocol.parseAddress(key),
      validUntil: BigInt(validUntil),
    });
  const signed = async (registration?: Registration, signer = KEY): Promise<string> =>
    market.protocol.sign(signer, messageOf(registration));
  const register = async (validUntil = until, owner = market.stranger) =>
    diamond.connect(owner).registerKey(KEY, validUntil, await signed({ owner, validUntil }));
  const expectInvalid = async (signature: string, key = KEY.address) => {
    await expect(diamond.connect(market.stranger).registerKey(key, until, signature))
      .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
      .withArgs(key, market.protocol.digestOf(messageOf({ key })));
  };

  describe('given registering is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Register);
      const { until: pausedUntil } = await diamond.pauseState();
      await expect(register())
        .to.be.revertedWithCustomError(diamond, 'OperationPaused')
        .withArgs(Op.Register, pausedUntil);
    });
  });

  describe('when the end has passed or lies more than 90 days ahead [YS-070]', () => {
    it('it should revert with ValueOutOfRange', async () => {
      const now = (await time.latest()) + 10;
      for (const [i, offset] of [-1, MAX_VALID_SECONDS + 1].entries()) {
        const at = now + i * 10;
        const signature = await signed({ validUntil: at + offset });
        await time.setNextBlockTimestamp(at);
        await expect(diamond.connect(market.stranger).registerKey(KEY, at + offset, signature))
          .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
          .withArgs(wordOf('validUntil'), at + offset, at, at + MAX_VALID_SECONDS);
      }
    });
  });

  describe('when the end is now or exactly 90 days ahead', () => {
    it('it should register the key', async () => {
      for (const offset of [0, MAX_VALID_SECONDS]) {
        const at = (await time.latest()) + 10;
        const signature = await signed({ validUntil: at + offset });
        await time.setNextBlockTimestamp(at);
        await diamond.connect(market.stranger).registerKey(KEY, at + offset, signature);
        expect((await diamond.getKey(KEY)).untilDay).to.equal(BigInt(Math.floor((at + offset) / DAY)));
      }
    });
  });

  describe('when the key did not sign this registration [YS-070]', () => {
    it('it should revert with SignatureInvalid', async () => {
      await expectInvalid(await signed({}, OTHER_KEY));
      await expectInvalid(await signed({ owner: market.user }));
      await expectInvalid(await signed({ key: OTHER_KEY.address }));
      await expectInvalid(await signed({ validUntil: until + 1 }));
      await expectInvalid(await signed({ domain: { ...market.domain, chainId: 1n } }));
      const elsewhere = market.protocol.parseAddress(market.stranger.address);
      await expectInvalid(await signed({ domain: { ...market.domain, verifyingContract: elsewhere } }));
    });
  });

  describe('when the signature has another form', () => {
    it('it should revert with SignatureInvalid', async () => {
      const { r, s, v, compactSerialized } = Signature.from(await signed());
      const highS = ethers.toBeHex(ORDER - BigInt(s), 32);
      await expectInvalid(compactSerialized);
      await expectInvalid(ethers.concat([r, highS, ethers.toBeHex(v === 27 ? 28 : 27)]));
      await expectInvalid(ethers.concat([r, s, ethers.toBeHex(v - 27, 1)]));
      await expectInvalid('0x');
    });
  });

  describe('when the key is the zero address', () => {
    it('it should revert with SignatureInvalid', async () => {
      await expectInvalid('0x', ethers.ZeroAddress);
      await expectInvalid(`0x${'00'.repeat(65)}`, ethers.ZeroAddress);
    });
  });

  describe('given the key is new', () => {
    it('it should serve the caller from today to the end of the last day', async () => {
      const { stranger, user } = market;
      await expect(register())
        .to.emit(diamond, 'KeyRegistered')
        .withArgs(stranger.address, KEY.address, day + 10);
      expect(await diamond.getKey(KEY)).to.deep.equal([stranger.address, BigInt(day), BigInt(day + 10), 0n]);
      const goodOn = (account: HardhatEthersSigner) =>
        Promise.all([day - 1, day, day + 10, day + 11].map((each) => diamond.isKeyGood(KEY, account, each)));
      expect(await goodOn(stranger)).to.deep.equal([false, true, true, false]);
      expect(await goodOn(user)).to.deep.equal([false, false, false, false]);
    });
  });

  describe('given the key serves somebody else [YS-070]', () => {
    it('it should revert with KeyTaken, for ever', async () => {
      await register();
      const expectTaken = async (validUntil: number) => {
        await expect(register(validUntil, market.user))
          .to.be.revertedWithCustomError(diamond, 'KeyTaken')
          .withArgs(KEY.address, market.stranger.address);
      };
      await expectTaken(until);
      await diamond.connect(market.stranger).revokeKey(KEY);
      await time.increase(100 * DAY);
      await expectTaken((await time.latest()) + DAY);
    });
  });

  describe('given the key is good', () => {
    it('it should prolong it and keep the days on which it was good', async () => {
      await register();
      await time.increaseTo(midnight(day + 10) + DAY - 10);
      const later = midnight(day + 40);
      await expect(register(later))
        .to.emit(diamond, 'KeyRegistered')
        .withArgs(market.stranger.address, KEY.address, day + 40);
      expect(await diamond.getKey(KEY)).to.deep.equal([market.stranger.address, BigInt(day), BigInt(day + 40), 0n]);
    });
  });

  describe('when the new end lies before the old one [YS-071]', () => {
    it('it should revert with ValueOutOfRange, unless it is on the same day', async () => {
      await register();
      await register(midnight(day + 10));
      const earlier = midnight(day + 10) - 1;
      const at = (await time.latest()) + 10;
      const signature = await signed({ validUntil: earlier });
      await time.setNextBlockTimestamp(at);
      await expect(diamond.connect(market.stranger).registerKey(KEY, earlier, signature))
        .to.be.revertedWithCustomError(diamond, 'ValueOutOfRange')
        .withArgs(wordOf('untilDay'), day + 9, day + 10, Math.floor((at + MAX_VALID_SECONDS) / DAY));
    });
  });

  describe('given the key ran out [YS-071]', () => {
    it('it should revert with KeyEnded', async () => {
      await register();
      await time.increaseTo(midnight(day + 11));
      await expect(register(midnight(day + 20)))
        .to.be.revertedWithCustomError(diamond, 'KeyEnded')
        .withArgs(KEY.address, day + 10);
    });
  });

  describe('given the key was revoked', () => {
    it('it should revert with KeyEnded', async () => {
      await register();
      await diamond.connect(market.stranger).revokeKey(KEY);
      await expect(register(midnight(day + 20)))
        .to.be.revertedWithCustomError(diamond, 'KeyEnded')
        .withArgs(KEY.address, day);
    });
  });
});
