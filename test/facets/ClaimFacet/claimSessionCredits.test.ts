import { expect } from 'chai';
import { MaxUint256 } from 'ethers';
import { midnight, today, vestDay } from '../../fixtures/days';
import { DAY, HOUR, MOR, PRICE_MOR, Purpose, load, openMarket, time, type OpenMarket } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { SESSION_SECONDS, openSession } from '../../fixtures/sessions';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);
const ALL = 2n ** 128n - 1n;

describe('claimSessionCredits', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const claim = (maxMor = ALL) => diamond.connect(market.stranger).claimSessionCredits(market.provider, maxMor);
  const owed = async () => (await diamond.getSessionCredits(market.provider))[0];
  /** One session that nobody closes; its credits have vested afterwards. */
  const vested = async () => {
    const { openedAt } = await openSession(market);
    await time.increaseTo(midnight(vestDay(openedAt + SESSION_SECONDS)));
  };

  describe('given the provider never had credits', () => {
    it('it should revert with NothingVested', async () => {
      await expect(claim())
        .to.be.revertedWithCustomError(diamond, 'NothingVested')
        .withArgs(market.provider.address, 0);
    });
  });

  describe('given the account never was a provider', () => {
    it('it should revert with NothingVested', async () => {
      await expect(diamond.claimSessionCredits(market.stranger, ALL))
        .to.be.revertedWithCustomError(diamond, 'NothingVested')
        .withArgs(market.stranger.address, 0);
      expect(await diamond.getSessionCredits(market.stranger)).to.deep.equal([0n, 0n]);
    });
  });

  describe('given credits have not vested [YS-037]', () => {
    it('it should revert with NothingVested', async () => {
      const { openedAt } = await openSession(market);
      const day = vestDay(openedAt + SESSION_SECONDS);
      await time.setNextBlockTimestamp(midnight(day) - 1);
      await expect(claim())
        .to.be.revertedWithCustomError(diamond, 'NothingVested')
        .withArgs(market.provider.address, day);
    });
  });

  describe('given credits have vested', () => {
    beforeEach(vested);

    it('it should pay them at the first second of the day, whoever asks and whether or not anybody closed [YS-037]', async () => {
      const { balanceMor } = await diamond.getPool();
      const tx = await expectMoney(market, () => claim(), {
        wallets: [
          [market.provider, COST_MOR],
          [market.stranger, 0n],
        ],
        buckets: { Pool: -COST_MOR },
      });
      await expect(tx)
        .to.emit(diamond, 'SessionCreditsClaimed')
        .withArgs(market.provider.address, market.provider.address, COST_MOR, 0);
      await expect(tx)
        .to.emit(diamond, 'PoolPaid')
        .withArgs(market.provider.address, COST_MOR, balanceMor - COST_MOR);
      const pool = await diamond.getPool();
      expect([pool.owedMor, pool.paidMor, pool.spentMor]).to.deep.equal([0n, COST_MOR, COST_MOR]);
      expect(await owed()).to.equal(0n);
    });

    describe('given the provider has a payout address', () => {
      it('it should pay the payout address', async () => {
        await diamond.connect(market.provider).setPayout(market.rest[0]!);
        await expectMoney(market, () => claim(), {
          wallets: [
            [market.rest[0]!, COST_MOR],
            [market.provider, 0n],
          ],
          buckets: { Pool: -COST_MOR },
        });
      });
    });

    describe('given everything was paid', () => {
      it('it should revert with NothingVested', async () => {
        await claim();
        await expect(claim())
          .to.be.revertedWithCustomError(diamond, 'NothingVested')
          .withArgs(market.provider.address, 0);
      });
    });

    describe('when less is asked for', () => {
      it('it should pay what was asked for and keep the rest owed', async () => {
        const tx = await expectMoney(market, () => claim(7n), {
          wallets: [[market.provider, 7n]],
          buckets: { Pool: -7n },
        });
        await expect(tx)
          .to.emit(diamond, 'SessionCreditsClaimed')
          .withArgs(market.provider.address, market.provider.address, 7n, COST_MOR - 7n);
        expect(await owed()).to.equal(COST_MOR - 7n);
        await expectMoney(market, () => claim(), {
          wallets: [[market.provider, COST_MOR - 7n]],
          buckets: { Pool: -(COST_MOR - 7n) },
        });
      });
    });

    describe('when nothing is asked for', () => {
      it('it should pay nothing and keep everything owed', async () => {
        await expectMoney(market, () => claim(0n), { wallets: [[market.provider, 0n]] });
        expect(await owed()).to.equal(COST_MOR);
      });
    });

    describe('given the guard lets out less [YS-013]', () => {
      it('it should pay what the guard allows and keep the rest owed', async () => {
        await diamond.connect(await ownerOf(market)).setPoolParameters(0, 0, MOR);
        await market.mor.mint(diamond, 5n);
        await diamond.sync();
        const tx = await expectMoney(market, () => claim(), {
          wallets: [[market.provider, 5n]],
          buckets: { Pool: -5n },
        });
        await expect(tx)
          .to.emit(diamond, 'SessionCreditsClaimed')
          .withArgs(market.provider.address, market.provider.address, 5n, COST_MOR - 5n);
        expect(await owed()).to.equal(COST_MOR - 5n);
        expect((await diamond.getPool()).owedMor).to.equal(COST_MOR - 5n);
      });
    });

    describe('given the guard lets nothing out [YS-013]', () => {
      it('it should pay nothing and keep everything owed', async () => {
        await diamond.connect(await ownerOf(market)).setPoolParameters(0, 0, MOR);
        const tx = await expectMoney(market, () => claim(), { wallets: [[market.provider, 0n]] });
        await expect(tx)
          .to.emit(diamond, 'SessionCreditsClaimed')
          .withArgs(market.provider.address, market.provider.address, 0, COST_MOR);
        await expect(tx).not.to.emit(diamond, 'PoolPaid');
        expect(await owed()).to.equal(COST_MOR);
      });
    });

    describe('given the provider has left', () => {
      it('it should pay all the same', async () => {
        await diamond.connect(market.provider).deleteModelBid(market.bidId);
        await diamond.connect(market.provider).providerDeregister(market.provider);
        await expectMoney(market, () => claim(), {
          wallets: [[market.provider, COST_MOR]],
          buckets: { Pool: -COST_MOR },
        });
      });
    });

    describe('given the claim comes 200 days later', () => {
      it('it should pay after walking 64 days a call', async () => {
        await openSession(market);
        await time.increase(200 * DAY);
        expect(await owed()).to.equal(2n * COST_MOR);
        await expectMoney(market, () => claim(), {
          wallets: [[market.provider, 2n * COST_MOR]],
          buckets: { Pool: -2n * COST_MOR },
        });
        for (let walk = 0; walk < 2; walk++) {
          await expect(claim())
            .to.emit(diamond, 'SessionCreditsClaimed')
            .withArgs(market.provider.address, market.provider.address, 0, 0);
        }
        await expect(claim())
          .to.be.revertedWithCustomError(diamond, 'NothingVested')
          .withArgs(market.provider.address, 0);
      });
    });
  });

  describe('given credits of several days have vested', () => {
    it('it should pay them together and leave what vests later', async () => {
      await diamond.connect(market.user).stake(Purpose.Session, 10_000n * MOR);
      let day = await today();
      for (let i = 0; i < 3; i++) {
        await openSession(market);
        day += 1;
        await time.increaseTo(midnight(day) + HOUR);
      }
      expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([2n * COST_MOR, COST_MOR]);
      await expectMoney(market, () => claim(BigInt(MaxUint256) >> 128n), {
        wallets: [[market.provider, 2n * COST_MOR]],
        buckets: { Pool: -2n * COST_MOR },
      });
      expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, COST_MOR]);
    });
  });
});
