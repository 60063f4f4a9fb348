import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { midnight, vestDay } from '../../fixtures/days';
import {
  Op,
  Payment,
  MOR,
  PRICE_MOR,
  Purpose,
  Verdict,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { NO_RECEIPT, SESSION_SECONDS, openSession } from '../../fixtures/sessions';

const STAKE_MOR = 100n * MOR;
const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);

describe('providerDeregister', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const leave = (as = market.provider) => diamond.connect(as).providerDeregister(market.provider);
  const deleteBid = () => diamond.connect(market.provider).deleteModelBid(market.bidId);

  describe('when the caller is neither the provider nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(leave(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.provider.address, market.stranger.address);
    });
  });

  describe('given the provider never registered', () => {
    it('it should revert with ProviderNotFound', async () => {
      await expect(diamond.connect(market.user).providerDeregister(market.user)).to.be.revertedWithCustomError(
        diamond,
        'ProviderNotFound',
      );
    });
  });

  describe('given an active bid', () => {
    it('it should revert with ProviderHasActiveBids', async () => {
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ProviderHasActiveBids');
    });
  });

  describe('given an active token bid', () => {
    it('it should revert with ProviderHasActiveBids', async () => {
      await deleteBid();
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ProviderHasActiveBids');
    });
  });

  describe('given only bids of an older version', () => {
    it('it should leave', async () => {
      await diamond.connect(market.provider).modelRetire(market.modelId);
      await expect(leave()).to.emit(diamond, 'ProviderDeregistered');
    });
  });

  describe('given nothing is exposed', () => {
    it('it should give the whole stake back', async () => {
      await deleteBid();
      const tx = await expectMoney(market, () => leave(), {
        wallets: [[market.provider, STAKE_MOR]],
        buckets: { ProviderStakes: -STAKE_MOR },
      });
      await expect(tx).to.emit(diamond, 'ProviderDeregistered').withArgs(market.provider.address);
      await expect(tx).to.emit(diamond, 'ProviderStakeReturned').withArgs(market.provider.address, STAKE_MOR, 0);
      const record = await diamond.getProvider(market.provider);
      expect([record.stake, record.isDeleted]).to.deep.equal([0n, true]);
      expect(await diamond.getIsProviderActive(market.provider)).to.equal(false);
      expect(await diamond.getActiveProviders(0, 10)).to.deep.equal([[], 0n]);
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ProviderHasAlreadyDeregistered');
    });
  });

  describe('given a session is open [YS-043]', () => {
    it('it should keep exactly what is exposed until its credits vest', async () => {
      const { openedAt } = await openSession(market);
      expect(await diamond.getExposedStake(market.provider)).to.equal(COST_MOR);
      await deleteBid();
      const tx = await expectMoney(market, () => leave(), {
        wallets: [[market.provider, STAKE_MOR - COST_MOR]],
        buckets: { ProviderStakes: -(STAKE_MOR - COST_MOR) },
      });
      await expect(tx)
        .to.emit(diamond, 'ProviderStakeReturned')
        .withArgs(market.provider.address, STAKE_MOR - COST_MOR, COST_MOR);
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ProviderHasAlreadyDeregistered');
      const vestsAt = midnight(vestDay(openedAt + SESSION_SECONDS));
      await time.setNextBlockTimestamp(vestsAt - 1);
      await expect(leave()).to.be.revertedWithCustomError(diamond, 'ProviderHasAlreadyDeregistered');
      await time.setNextBlockTimestamp(vestsAt);
      const rest = await expectMoney(market, () => leave(), {
        wallets: [[market.provider, COST_MOR]],
        buckets: { ProviderStakes: -COST_MOR },
      });
      await expect(rest).not.to.emit(diamond, 'ProviderDeregistered');
    });
  });

  describe('given a session was closed early', () => {
    it('it should keep what was earned only', async () => {
      const { sessionId, openedAt } = await openSession(market);
      await time.setNextBlockTimestamp(openedAt + 1_000);
      await diamond.connect(market.user).closeSession(sessionId, Verdict.None, NO_RECEIPT, '0x');
      await deleteBid();
      await expect(leave())
        .to.emit(diamond, 'ProviderStakeReturned')
        .withArgs(market.provider.address, STAKE_MOR - 1_000n * PRICE_MOR, 1_000n * PRICE_MOR);
    });
  });

  describe('given a direct session is open', () => {
    it('it should keep nothing', async () => {
      await openSession(market, { change: { request: { payment: Payment.Direct } } });
      await deleteBid();
      await expect(leave()).to.emit(diamond, 'ProviderStakeReturned').withArgs(market.provider.address, STAKE_MOR, 0);
    });
  });

  describe('given more is exposed than the stake [YS-043]', () => {
    it('it should keep the whole stake', async () => {
      await diamond.connect(market.user).stake(Purpose.Session, 900_000n * MOR);
      await diamond.connect(market.provider).postModelBid(market.provider, market.modelId, MOR / 10n);
      const bidId = await diamond.getBidId(market.provider, market.modelId, 1);
      await openSession({ ...market, bidId, priceMor: MOR / 10n });
      expect(await diamond.getExposedStake(market.provider)).to.equal(STAKE_MOR);
      await diamond.connect(market.provider).deleteModelBid(bidId);
      await expectMoney(market, () => leave(), { wallets: [[market.provider, 0n]] });
      expect(await diamond.getIsProviderActive(market.provider)).to.equal(false);
    });
  });

  describe('given the provider was slashed below the minimum', () => {
    it('it should give the rest back', async () => {
      await diamond.connect(await ownerOf(market)).slashProvider(market.provider, STAKE_MOR - 5n, ethers.ZeroHash);
      const tx = await expectMoney(market, () => leave(), {
        wallets: [[market.provider, 5n]],
        buckets: { ProviderStakes: -5n },
      });
      await expect(tx).not.to.emit(diamond, 'ProviderDeregistered');
    });
  });

  describe('given several providers are registered', () => {
    it('it should keep the list of the others whole', async () => {
      for (const account of [market.otherProvider, market.user, market.otherUser]) {
        await diamond.connect(account).providerRegister(account, MOR, 'host:2');
      }
      await deleteBid();
      await leave();
      expect(await diamond.getActiveProviders(0, 10)).to.deep.equal([
        [market.otherUser.address, market.otherProvider.address, market.user.address],
        3n,
      ]);
      await diamond.connect(market.user).providerDeregister(market.user);
      await diamond.connect(market.otherUser).providerDeregister(market.otherUser);
      expect(await diamond.getActiveProviders(0, 10)).to.deep.equal([[market.otherProvider.address], 1n]);
    });
  });

  describe('when a delegate leaves while registering is paused', () => {
    it('it should give the stake to the provider', async () => {
      await deleteBid();
      await delegateTo(market, market.provider, market.delegate, 'PROVIDER');
      await diamond.connect(market.guardian).pause(Op.Register);
      await expectMoney(market, () => leave(market.delegate), {
        wallets: [
          [market.provider, STAKE_MOR],
          [market.delegate, 0n],
        ],
        buckets: { ProviderStakes: -STAKE_MOR },
      });
    });
  });
});
