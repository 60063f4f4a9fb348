import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { midnight, today } from '../../fixtures/days';
import {
  HOUR,
  MOR,
  Payment,
  PRICE_MOR,
  Purpose,
  Verdict,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import {
  NO_RECEIPT,
  SESSION_SECONDS,
  openSession,
  receiptOf,
  signApproval,
  signReceipt,
  termsOf,
} from '../../fixtures/sessions';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);
/** A tenth of the session, rounded down. */
const DISPUTE_SECONDS = Math.floor(SESSION_SECONDS / 10);
const priceOf = (seconds: number): bigint => PRICE_MOR * BigInt(seconds);

describe('closeSession', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];
  let sessionId: string;
  let openedAt: number;

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
    await diamond.connect(market.user).stake(Purpose.Session, 2_000n * MOR);
    ({ sessionId, openedAt } = await openSession(market));
  });

  const close = (as = market.user, verdict: number = Verdict.None, id = sessionId) =>
    diamond.connect(as).closeSession(id, verdict, NO_RECEIPT, '0x');
  const usedMor = async () => (await diamond.getStake(market.user, Purpose.Session)).usedMor;
  const openDirect = async () => {
    ({ sessionId, openedAt } = await openSession(market, { change: { request: { payment: Payment.Direct } } }));
  };

  describe('when the session does not exist', () => {
    it('it should revert with SessionNotFound', async () => {
      const id = ethers.id('no session');
      await expect(close(market.user, Verdict.None, id))
        .to.be.revertedWithCustomError(diamond, 'SessionNotFound')
        .withArgs(id);
    });
  });

  describe('given the session is closed [YS-030]', () => {
    it('it should revert with SessionAlreadyClosed', async () => {
      await close();
      await expect(close()).to.be.revertedWithCustomError(diamond, 'SessionAlreadyClosed').withArgs(sessionId);
    });
  });

  describe('when a stranger closes before the end', () => {
    it('it should revert with SessionNotEnded', async () => {
      const endsAt = openedAt + SESSION_SECONDS;
      await time.setNextBlockTimestamp(endsAt - 1);
      await expect(close(market.stranger))
        .to.be.revertedWithCustomError(diamond, 'SessionNotEnded')
        .withArgs(endsAt - 1, endsAt);
    });
  });

  describe('when a stranger closes at the end', () => {
    it('it should keep the promise of the whole cost', async () => {
      await time.setNextBlockTimestamp(openedAt + SESSION_SECONDS);
      const tx = await expectMoney(market, () => close(market.stranger), {});
      await expect(tx)
        .to.emit(diamond, 'SessionSettled')
        .withArgs(sessionId, market.stranger.address, Verdict.None, SESSION_SECONDS, COST_MOR, 0, 0, 0, 0);
      expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, COST_MOR]);
      expect(await usedMor()).to.equal(COST_MOR);
    });
  });

  describe('when a stranger closes with a verdict [YS-035]', () => {
    it('it should revert with VerdictNotAllowed', async () => {
      await time.setNextBlockTimestamp(openedAt + SESSION_SECONDS);
      await expect(close(market.stranger, Verdict.Pass))
        .to.be.revertedWithCustomError(diamond, 'VerdictNotAllowed')
        .withArgs(market.stranger.address);
    });
  });

  describe('when the provider closes with a verdict [YS-035]', () => {
    it('it should revert with VerdictNotAllowed', async () => {
      await expect(close(market.provider, Verdict.Pass))
        .to.be.revertedWithCustomError(diamond, 'VerdictNotAllowed')
        .withArgs(market.provider.address);
    });
  });

  describe('when the user closes early', () => {
    it('it should credit what was earned and return the rest to the allowance of the day', async () => {
      await time.setNextBlockTimestamp(openedAt + 1_000);
      const tx = await expectMoney(market, () => close(), {
        wallets: [
          [market.user, 0n],
          [market.provider, 0n],
        ],
      });
      await expect(tx)
        .to.emit(diamond, 'SessionClosed')
        .withArgs(market.user.address, sessionId, market.provider.address);
      await expect(tx)
        .to.emit(diamond, 'SessionSettled')
        .withArgs(
          sessionId,
          market.user.address,
          Verdict.None,
          1_000,
          priceOf(1_000),
          COST_MOR - priceOf(1_000),
          0,
          0,
          0,
        );
      const session = await diamond.getSession(sessionId);
      expect([session.isClosed, session.usedSeconds, session.verdict]).to.deep.equal([true, 1_000n, 0n]);
      expect(await usedMor()).to.equal(priceOf(1_000));
      expect((await diamond.getPool()).owedMor).to.equal(priceOf(1_000));
      expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, priceOf(1_000)]);
      const statistics = await diamond.getStatistics(market.modelId, market.provider);
      expect([statistics.sessions, statistics.passes, statistics.fails, statistics.earnedMor]).to.deep.equal([
        1n,
        0n,
        0n,
        priceOf(1_000),
      ]);
    });
  });

  describe('when the user closes in the second of the opening', () => {
    it('it should credit nothing and return everything', async () => {
      const terms = await termsOf(market);
      const signature = await signApproval(market, market.provider, terms.approval);
      const id = await diamond.connect(market.user).openSession.staticCall(terms.request, terms.approval, signature);
      const gas = { gasLimit: 3_000_000 };
      await ethers.provider.send('evm_setAutomine', [false]);
      try {
        await diamond.connect(market.user).openSession(terms.request, terms.approval, signature, gas);
        await diamond.connect(market.user).closeSession(id, Verdict.None, NO_RECEIPT, '0x', gas);
        await ethers.provider.send('evm_mine', []);
      } finally {
        await ethers.provider.send('evm_setAutomine', [true]);
      }
      const session = await diamond.getSession(id);
      expect([session.isClosed, session.usedSeconds]).to.deep.equal([true, 0n]);
      expect(await usedMor()).to.equal(COST_MOR);
      expect((await diamond.getPool()).owedMor).to.equal(COST_MOR);
      expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, COST_MOR]);
    });
  });

  describe('when a delegate of the user closes with a verdict [YS-035]', () => {
    it('it should count the verdict', async () => {
      await delegateTo(market, market.user, market.delegate, 'SESSION');
      await expect(close(market.delegate, Verdict.Pass)).to.emit(diamond, 'SessionSettled');
      expect((await diamond.getSession(sessionId)).verdict).to.equal(Verdict.Pass);
      expect((await diamond.getStatistics(market.modelId, market.provider)).passes).to.equal(1n);
    });
  });

  describe('when the user closes after the day of the opening', () => {
    it('it should return nothing to the allowance of today', async () => {
      const day = await today();
      await time.setNextBlockTimestamp(midnight(day + 1) - 600);
      await diamond.connect(market.user).closeSession(sessionId, Verdict.None, NO_RECEIPT, '0x');
      ({ sessionId, openedAt } = await openSession(market));
      await time.setNextBlockTimestamp(midnight(day + 1) + 600);
      await diamond.openDay();
      await openSession(market);
      await close();
      expect(await usedMor()).to.equal(COST_MOR);
      const earnedMor = priceOf((await time.latest()) - openedAt);
      expect((await diamond.getPool()).owedMor).to.equal(COST_MOR + earnedMor + COST_MOR);
    });
  });

  describe('when the provider closes within the dispute window [YS-036]', () => {
    it('it should credit nothing and return everything to the allowance', async () => {
      await time.setNextBlockTimestamp(openedAt + DISPUTE_SECONDS);
      const tx = await expectMoney(market, () => close(market.provider), {});
      await expect(tx)
        .to.emit(diamond, 'SessionSettled')
        .withArgs(sessionId, market.provider.address, Verdict.None, DISPUTE_SECONDS, 0, COST_MOR, 0, 0, 0);
      expect(await usedMor()).to.equal(0n);
      expect((await diamond.getPool()).owedMor).to.equal(0n);
      expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, 0n]);
      expect((await diamond.getStatistics(market.modelId, market.provider)).earnedMor).to.equal(0n);
    });
  });

  describe('when the provider closes after the dispute window', () => {
    it('it should credit what was earned', async () => {
      await time.setNextBlockTimestamp(openedAt + DISPUTE_SECONDS + 1);
      await expect(close(market.provider))
        .to.emit(diamond, 'SessionSettled')
        .withArgs(
          sessionId,
          market.provider.address,
          Verdict.None,
          DISPUTE_SECONDS + 1,
          priceOf(DISPUTE_SECONDS + 1),
          COST_MOR - priceOf(DISPUTE_SECONDS + 1),
          0,
          0,
          0,
        );
    });
  });

  describe('when a delegate of the provider closes within the dispute window [YS-036]', () => {
    it('it should credit nothing', async () => {
      await delegateTo(market, market.provider, market.delegate, 'PROVIDER');
      await time.setNextBlockTimestamp(openedAt + 60);
      await expect(close(market.delegate))
        .to.emit(diamond, 'SessionSettled')
        .withArgs(sessionId, market.delegate.address, Verdict.None, 60, 0, COST_MOR, 0, 0, 0);
    });
  });

  describe('when the verdict is Fail', () => {
    describe('given the session can be disputed and the window is open', () => {
      it('it should give the earned part back to the pool and to nobody', async () => {
        await time.setNextBlockTimestamp(openedAt + DISPUTE_SECONDS);
        const earnedMor = priceOf(DISPUTE_SECONDS);
        const tx = await expectMoney(market, () => close(market.user, Verdict.Fail), {});
        await expect(tx)
          .to.emit(diamond, 'SessionSettled')
          .withArgs(
            sessionId,
            market.user.address,
            Verdict.Fail,
            DISPUTE_SECONDS,
            0,
            COST_MOR - earnedMor,
            earnedMor,
            0,
            0,
          );
        expect(await usedMor()).to.equal(earnedMor);
        expect((await diamond.getPool()).owedMor).to.equal(0n);
        expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, 0n]);
        const statistics = await diamond.getStatistics(market.modelId, market.provider);
        expect([statistics.fails, statistics.failedMor]).to.deep.equal([1n, earnedMor]);
        expect((await diamond.getSession(sessionId)).verdict).to.equal(Verdict.Fail);
      });
    });

    describe('given the session can be disputed and the window is over', () => {
      it('it should credit what was earned', async () => {
        await time.setNextBlockTimestamp(openedAt + DISPUTE_SECONDS + 1);
        const earnedMor = priceOf(DISPUTE_SECONDS + 1);
        await expect(close(market.user, Verdict.Fail))
          .to.emit(diamond, 'SessionSettled')
          .withArgs(
            sessionId,
            market.user.address,
            Verdict.Fail,
            DISPUTE_SECONDS + 1,
            earnedMor,
            COST_MOR - earnedMor,
            0,
            0,
            0,
          );
        expect((await diamond.getStatistics(market.modelId, market.provider)).failedMor).to.equal(earnedMor);
      });
    });

    describe('given the session lasts a day', () => {
      it('it should end the dispute window after half an hour', async () => {
        const day = { change: { request: { durationSeconds: 24 * HOUR } } };
        for (const seconds of [1_800, 1_801]) {
          const long = await openSession(market, day);
          await time.setNextBlockTimestamp(long.openedAt + seconds);
          await close(market.user, Verdict.Fail, long.sessionId);
        }
        const statistics = await diamond.getStatistics(market.modelId, market.provider);
        expect(statistics.failedMor).to.equal(priceOf(1_800 + 1_801));
        expect((await diamond.getSessionCredits(market.provider))[1]).to.equal(COST_MOR + priceOf(1_801));
      });
    });

    describe('given the session cannot be disputed', () => {
      it('it should credit what was earned', async () => {
        await diamond.connect(market.provider).providerRegister(market.provider, 5_000n * MOR, 'host:1');
        ({ sessionId, openedAt } = await openSession(market));
        await time.setNextBlockTimestamp(openedAt + 100);
        await expect(close(market.user, Verdict.Fail))
          .to.emit(diamond, 'SessionSettled')
          .withArgs(sessionId, market.user.address, Verdict.Fail, 100, priceOf(100), COST_MOR - priceOf(100), 0, 0, 0);
      });
    });
  });

  describe('when a receipt is given', () => {
    it('it should count the receipt', async () => {
      const receipt = await receiptOf(sessionId);
      const signature = await signReceipt(market, market.provider, receipt);
      await time.setNextBlockTimestamp(openedAt + 1_000);
      await expect(diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, receipt, signature))
        .to.emit(diamond, 'SessionSettled')
        .withArgs(
          sessionId,
          market.user.address,
          Verdict.Pass,
          1_000,
          priceOf(1_000),
          COST_MOR - priceOf(1_000),
          0,
          receipt.inputTokens,
          receipt.outputTokens,
        );
      const statistics = await diamond.getStatistics(market.modelId, market.provider);
      expect([
        statistics.receipts,
        statistics.tokens,
        statistics.tokensPerSecondMilli,
        statistics.ttftMs,
      ]).to.deep.equal([1n, 4_600n, 25_000n, 480n]);
    });
  });

  describe('when a receipt is given without a signature', () => {
    it('it should ignore the receipt', async () => {
      await diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, await receiptOf(sessionId), '0x');
      expect((await diamond.getStatistics(market.modelId, market.provider)).receipts).to.equal(0n);
    });
  });

  describe('when the receipt is for another session', () => {
    it('it should revert with ReceiptMismatch', async () => {
      const other = ethers.id('another session');
      const receipt = await receiptOf(other);
      const signature = await signReceipt(market, market.provider, receipt);
      await expect(diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, receipt, signature))
        .to.be.revertedWithCustomError(diamond, 'ReceiptMismatch')
        .withArgs(other, sessionId);
    });
  });

  describe('when the receipt is not signed by the provider', () => {
    it('it should revert with SignatureInvalid', async () => {
      const receipt = await receiptOf(sessionId);
      const signature = await signReceipt(market, market.user, receipt);
      await expect(diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, receipt, signature))
        .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
        .withArgs(market.provider.address, await diamond.hashSessionReceipt(receipt));
    });
  });

  describe('when the deadline of the receipt has passed', () => {
    it('it should revert with DeadlinePassed', async () => {
      const deadline = openedAt + 50;
      const receipt = await receiptOf(sessionId, { deadline });
      const signature = await signReceipt(market, market.provider, receipt);
      await time.setNextBlockTimestamp(deadline + 1);
      await expect(diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, receipt, signature))
        .to.be.revertedWithCustomError(diamond, 'DeadlinePassed')
        .withArgs(deadline, deadline + 1);
    });
  });

  describe('given the user paid directly', () => {
    beforeEach(openDirect);

    describe('when the user closes early', () => {
      it('it should pay the provider and give the rest back', async () => {
        await time.setNextBlockTimestamp(openedAt + 1_000);
        const tx = await expectMoney(market, () => close(market.user, Verdict.Pass), {
          wallets: [
            [market.provider, priceOf(1_000)],
            [market.user, COST_MOR - priceOf(1_000)],
          ],
          buckets: { Escrow: -COST_MOR },
        });
        await expect(tx).not.to.emit(diamond, 'DirectPaymentKept');
        expect((await diamond.getPool()).owedMor).to.equal(COST_MOR);
      });
    });

    describe('when anyone closes after the end', () => {
      it('it should pay the whole cost to the payout address', async () => {
        await diamond.connect(market.provider).setPayout(market.rest[0]!);
        await time.setNextBlockTimestamp(openedAt + SESSION_SECONDS + 1);
        await expectMoney(market, () => close(market.stranger), {
          wallets: [
            [market.rest[0]!, COST_MOR],
            [market.provider, 0n],
            [market.user, 0n],
          ],
          buckets: { Escrow: -COST_MOR },
        });
      });
    });

    describe('when the provider closes within the dispute window [YS-036]', () => {
      it('it should give everything back to the user', async () => {
        await time.setNextBlockTimestamp(openedAt + 10);
        await expectMoney(market, () => close(market.provider), {
          wallets: [
            [market.provider, 0n],
            [market.user, COST_MOR],
          ],
          buckets: { Escrow: -COST_MOR },
        });
      });
    });

    describe('when the verdict is Fail', () => {
      it('it should pay what was earned all the same', async () => {
        await time.setNextBlockTimestamp(openedAt + 10);
        await expectMoney(market, () => close(market.user, Verdict.Fail), {
          wallets: [
            [market.provider, priceOf(10)],
            [market.user, COST_MOR - priceOf(10)],
          ],
          buckets: { Escrow: -COST_MOR },
        });
        expect((await diamond.getStatistics(market.modelId, market.provider)).failedMor).to.equal(priceOf(10));
      });
    });
  });
});
