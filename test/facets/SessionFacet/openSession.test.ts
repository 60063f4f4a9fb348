import { expect } from 'chai';
import { ethers } from 'hardhat';
import { MaxUint256, ZeroHash } from 'ethers';
import { delegateTo } from '../../fixtures/delegation';
import { allowanceOf, midnight, stakeFor, today, vestDay } from '../../fixtures/days';
import { OpenZeppelin, wordOf } from '../../fixtures/errors';
import {
  DAY,
  HOUR,
  MOR,
  Op,
  Payment,
  PRICE_MOR,
  Purpose,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { expectMoney, treasuryOf } from '../../fixtures/money';
import { ownerOf } from '../../fixtures/owner';
import { SESSION_SECONDS, openSession, signApproval, termsOf, type SessionTerms } from '../../fixtures/sessions';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);

describe('openSession', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const signed = async (change: Parameters<typeof termsOf>[1] = {}): Promise<SessionTerms & { signature: string }> => {
    const terms = await termsOf(market, change);
    return { ...terms, signature: await signApproval(market, market.provider, terms.approval) };
  };

  const open = (terms: SessionTerms & { signature: string }, as = market.user) =>
    diamond.connect(as).openSession(terms.request, terms.approval, terms.signature);

  describe('given opening is paused', () => {
    it('it should revert with OperationPaused', async () => {
      await diamond.connect(market.guardian).pause(Op.Open);
      const { until } = await diamond.pauseState();
      await expect(open(await signed()))
        .to.be.revertedWithCustomError(diamond, 'OperationPaused')
        .withArgs(Op.Open, until);
    });
  });

  describe('when the bid does not exist', () => {
    it('it should revert with BidNotActive', async () => {
      await expect(open(await signed({ request: { bidId: ZeroHash } })))
        .to.be.revertedWithCustomError(diamond, 'BidNotActive')
        .withArgs(ZeroHash);
    });
  });

  describe('given the bid was deleted', () => {
    it('it should revert with BidNotActive', async () => {
      await diamond.connect(market.provider).deleteModelBid(market.bidId);
      await expect(open(await signed()))
        .to.be.revertedWithCustomError(diamond, 'BidNotActive')
        .withArgs(market.bidId);
    });
  });

  describe('given the bid is per token', () => {
    it('it should revert with BidNotActive', async () => {
      await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 10n ** 12n);
      const bidId = await diamond.getBidId(market.provider, market.modelId, 1);
      await expect(open(await signed({ request: { bidId } })))
        .to.be.revertedWithCustomError(diamond, 'BidNotActive')
        .withArgs(bidId);
    });
  });

  describe('given the model was retired [YS-040]', () => {
    it('it should revert with BidNotActive', async () => {
      await diamond.connect(market.provider).modelRetire(market.modelId);
      await expect(open(await signed()))
        .to.be.revertedWithCustomError(diamond, 'BidNotActive')
        .withArgs(market.bidId);
    });
  });

  describe('when the caller is neither the user nor a delegate', () => {
    it('it should revert with InsufficientRightsForOperation', async () => {
      await expect(open(await signed(), market.otherUser))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(market.user.address, market.otherUser.address);
    });
  });

  describe('when the approval is for another bid [YS-031]', () => {
    it('it should revert with ApprovalMismatch', async () => {
      const bidId = ethers.id('another bid');
      await expect(open(await signed({ approval: { bidId } })))
        .to.be.revertedWithCustomError(diamond, 'ApprovalMismatch')
        .withArgs(wordOf('bidId'), BigInt(bidId), BigInt(market.bidId));
    });
  });

  describe('when the approval is for another payment [YS-031]', () => {
    it('it should revert with ApprovalMismatch', async () => {
      await expect(open(await signed({ approval: { payment: Payment.Direct } })))
        .to.be.revertedWithCustomError(diamond, 'ApprovalMismatch')
        .withArgs(wordOf('payment'), Payment.Direct, Payment.Pool);
    });
  });

  describe('when the approval is for another price [YS-031]', () => {
    it('it should revert with ApprovalMismatch', async () => {
      await expect(open(await signed({ approval: { pricePerSecondMor: PRICE_MOR - 1n } })))
        .to.be.revertedWithCustomError(diamond, 'ApprovalMismatch')
        .withArgs(wordOf('pricePerSecondMor'), PRICE_MOR - 1n, PRICE_MOR);
    });
  });

  describe('when the duration is below five minutes', () => {
    it('it should revert with DurationOutOfRange', async () => {
      await expect(open(await signed({ request: { durationSeconds: 299 }, approval: { maxDurationSeconds: 600 } })))
        .to.be.revertedWithCustomError(diamond, 'DurationOutOfRange')
        .withArgs(299, 300, 600);
    });
  });

  describe('when the duration is above the approval [YS-031]', () => {
    it('it should revert with DurationOutOfRange', async () => {
      await expect(open(await signed({ request: { durationSeconds: 601 }, approval: { maxDurationSeconds: 600 } })))
        .to.be.revertedWithCustomError(diamond, 'DurationOutOfRange')
        .withArgs(601, 300, 600);
    });
  });

  describe('when the duration is above a day', () => {
    it('it should revert with DurationOutOfRange', async () => {
      await expect(open(await signed({ request: { durationSeconds: DAY + 1 } })))
        .to.be.revertedWithCustomError(diamond, 'DurationOutOfRange')
        .withArgs(DAY + 1, 300, DAY);
    });
  });

  describe('when the duration is exactly a day', () => {
    it('it should open the session', async () => {
      await expect(open(await signed({ request: { durationSeconds: DAY } }))).to.emit(diamond, 'SessionOpened');
    });
  });

  describe('when the deadline has passed', () => {
    it('it should revert with DeadlinePassed', async () => {
      const deadline = (await time.latest()) + 10;
      const terms = await signed({ approval: { deadline } });
      await time.setNextBlockTimestamp(deadline + 1);
      await expect(open(terms))
        .to.be.revertedWithCustomError(diamond, 'DeadlinePassed')
        .withArgs(deadline, deadline + 1);
    });
  });

  describe('when the deadline is now', () => {
    it('it should open the session', async () => {
      const deadline = (await time.latest()) + 10;
      const terms = await signed({ approval: { deadline } });
      await time.setNextBlockTimestamp(deadline);
      await expect(open(terms)).to.emit(diamond, 'SessionOpened');
    });
  });

  describe('when the deadline lies more than a day ahead [YS-031]', () => {
    it('it should revert with DeadlineTooFar', async () => {
      const now = (await time.latest()) + 10;
      const terms = await signed({ approval: { deadline: now + DAY + 1 } });
      await time.setNextBlockTimestamp(now);
      await expect(open(terms))
        .to.be.revertedWithCustomError(diamond, 'DeadlineTooFar')
        .withArgs(now + DAY + 1, now + DAY);
    });
  });

  describe('given the approval was used', () => {
    it('it should revert with ApprovalUsed', async () => {
      const terms = await signed();
      await open(terms);
      await expect(open(terms))
        .to.be.revertedWithCustomError(diamond, 'ApprovalUsed')
        .withArgs(market.provider.address, terms.approval.nonce);
    });
  });

  describe('given another approval with the nonce was used', () => {
    it('it should revert with ApprovalUsed', async () => {
      await open(await signed({ approval: { nonce: MaxUint256 } }));
      await expect(open(await signed({ request: { durationSeconds: 300 }, approval: { nonce: MaxUint256 } })))
        .to.be.revertedWithCustomError(diamond, 'ApprovalUsed')
        .withArgs(market.provider.address, MaxUint256);
    });
  });

  describe('when a stranger signed the approval', () => {
    it('it should revert with SignatureInvalid', async () => {
      const terms = await termsOf(market);
      const signature = await signApproval(market, market.stranger, terms.approval);
      await expect(open({ ...terms, signature }))
        .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
        .withArgs(market.provider.address, await diamond.hashSessionApproval(terms.approval));
    });
  });

  describe('when a delegate of the provider signed the approval', () => {
    it('it should open the session', async () => {
      await delegateTo(market, market.provider, market.delegate, 'PROVIDER');
      const terms = await termsOf(market);
      const signature = await signApproval(market, market.delegate, terms.approval);
      await expect(open({ ...terms, signature })).to.emit(diamond, 'SessionOpened');
    });
  });

  describe('when a delegate with other rights signed the approval', () => {
    it('it should revert with SignatureInvalid', async () => {
      await delegateTo(market, market.provider, market.delegate, 'MARKETPLACE');
      const terms = await termsOf(market);
      const signature = await signApproval(market, market.delegate, terms.approval);
      await expect(open({ ...terms, signature }))
        .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
        .withArgs(market.provider.address, await diamond.hashSessionApproval(terms.approval));
    });
  });

  describe('when the cost does not fit into 128 bits', () => {
    it('it should revert with SafeCastOverflowedUintDowncast', async () => {
      const priceMor = 2n ** 128n - 1n;
      await diamond.connect(await ownerOf(market)).setMinMaxBidPricePerSecond(1, priceMor);
      await diamond.connect(market.provider).postModelBid(market.provider, market.modelId, priceMor);
      const bidId = await diamond.getBidId(market.provider, market.modelId, 1);
      await expect(
        open(await signed({ request: { bidId, durationSeconds: 300 }, approval: { pricePerSecondMor: priceMor } })),
      )
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, priceMor * 300n);
    });
  });

  describe('when the pool pays', () => {
    describe('given the pool is too small to open the day', () => {
      it('it should revert with PoolTooSmall', async () => {
        const { balanceMor } = await diamond.getPool();
        await diamond.connect(await ownerOf(market)).setPoolParameters(100, 100, balanceMor + 1n);
        await expect(open(await signed()))
          .to.be.revertedWithCustomError(diamond, 'PoolTooSmall')
          .withArgs(balanceMor, balanceMor + 1n);
      });
    });

    describe('given the day is not open', () => {
      it('it should take the emission in and open the day', async () => {
        await market.mor.mint(diamond, 7n * MOR);
        const day = await today();
        const expected = await diamond.getDay(day);
        const tx = await open(await signed());
        await expect(tx)
          .to.emit(diamond, 'EmissionReceived')
          .withArgs(7n * MOR, (await diamond.getPool()).balanceMor);
        await expect(tx)
          .to.emit(diamond, 'DayOpened')
          .withArgs(day, expected.poolMor, expected.budgetMor, expected.supplyMor);
        expect((await diamond.getDay(day)).openedAt).to.equal(await time.latest());
      });
    });

    describe('when the cost is above the budget of the day', () => {
      it('it should revert with AllowanceTooLow', async () => {
        await diamond.connect(market.provider).postModelBid(market.provider, market.modelId, 10n * MOR);
        const bidId = await diamond.getBidId(market.provider, market.modelId, 1);
        const { budgetMor } = await diamond.getDay(await today());
        await expect(open(await signed({ request: { bidId }, approval: { pricePerSecondMor: 10n * MOR } })))
          .to.be.revertedWithCustomError(diamond, 'AllowanceTooLow')
          .withArgs(10n * MOR * BigInt(SESSION_SECONDS), budgetMor);
      });
    });

    describe('when more stake is missing than may be pulled', () => {
      it('it should revert with StakeMissing', async () => {
        const missingMor = await stakeFor(market, COST_MOR);
        await expect(open(await signed({ request: { maxStakeMor: missingMor - 1n } })))
          .to.be.revertedWithCustomError(diamond, 'StakeMissing')
          .withArgs(missingMor, missingMor - 1n);
      });
    });

    describe('when a delegate opens and stake is missing [YS-032]', () => {
      it('it should revert with OwnCallOnly', async () => {
        await delegateTo(market, market.user, market.delegate, 'SESSION');
        await expect(open(await signed(), market.delegate))
          .to.be.revertedWithCustomError(diamond, 'OwnCallOnly')
          .withArgs(market.user.address, market.delegate.address);
      });
    });

    describe('when a delegate opens and stake is there [YS-032]', () => {
      it('it should open the session for the user without touching a wallet', async () => {
        await delegateTo(market, market.user, market.delegate, 'SESSION');
        await diamond.connect(market.user).stake(Purpose.Session, 1_000n * MOR);
        const terms = await signed();
        const tx = await expectMoney(market, () => open(terms, market.delegate), {
          wallets: [
            [market.user, 0n],
            [market.delegate, 0n],
          ],
        });
        const [ids] = await diamond.getUserSessions(market.user, 0, 1);
        await expect(tx)
          .to.emit(diamond, 'SessionOpened')
          .withArgs(market.user.address, ids[0], market.provider.address);
        expect((await diamond.getStake(market.user, Purpose.Session)).usedMor).to.equal(COST_MOR);
      });
    });

    describe('given the user has no stake', () => {
      it('it should pull exactly the missing stake, charge the allowance and promise the cost', async () => {
        const { sessionStake, quote } = {
          sessionStake: await stakeFor(market, COST_MOR),
          quote: await diamond.quoteSession(market.user, market.bidId, SESSION_SECONDS, Payment.Pool),
        };
        expect(quote.missingStakeMor).to.equal(sessionStake);
        const terms = await signed({ request: { maxStakeMor: sessionStake } });
        const sessionId = await diamond
          .connect(market.user)
          .openSession.staticCall(terms.request, terms.approval, terms.signature);
        const tx = await expectMoney(market, () => open(terms), {
          wallets: [
            [market.user, -sessionStake],
            [market.provider, 0n],
          ],
          buckets: { SessionStakes: sessionStake },
        });
        await expect(tx)
          .to.emit(diamond, 'SessionOpened')
          .withArgs(market.user.address, sessionId, market.provider.address);
        await expect(tx)
          .to.emit(diamond, 'SessionBooked')
          .withArgs(sessionId, market.bidId, COST_MOR, SESSION_SECONDS, Payment.Pool, true, terms.approval.nonce);
        await expect(tx)
          .to.emit(diamond, 'Staked')
          .withArgs(market.user.address, Purpose.Session, sessionStake, sessionStake);

        const openedAt = await time.latest();
        const session = await diamond.getSession(sessionId);
        expect(session.user).to.equal(market.user.address);
        expect(session.provider).to.equal(market.provider.address);
        expect(session.bidId).to.equal(market.bidId);
        expect(session.modelId).to.equal(market.modelId);
        expect(session.pricePerSecondMor).to.equal(PRICE_MOR);
        expect(session.openedAt).to.equal(openedAt);
        expect(session.endsAt).to.equal(openedAt + SESSION_SECONDS);
        expect(session.payment).to.equal(Payment.Pool);
        expect(session.isClosed).to.equal(false);
        expect(await diamond.isApprovalUsed(market.provider, terms.approval.nonce)).to.equal(true);

        const stake = await diamond.getStake(market.user, Purpose.Session);
        expect([stake.activeMor, stake.countedMor, stake.usedMor]).to.deep.equal([
          sessionStake,
          sessionStake,
          COST_MOR,
        ]);
        expect(stake.remainingMor).to.equal((await allowanceOf(market, sessionStake)) - COST_MOR);
        expect((await diamond.getPool()).owedMor).to.equal(COST_MOR);
        expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, COST_MOR]);
      });
    });

    describe('given the user has some stake', () => {
      it('it should pull the difference only', async () => {
        const stakeMor = await stakeFor(market, COST_MOR);
        await diamond.connect(market.user).stake(Purpose.Session, stakeMor - 5n);
        const terms = await signed();
        await expectMoney(market, () => open(terms), {
          wallets: [[market.user, -5n]],
          buckets: { SessionStakes: 5n },
        });
      });
    });

    describe('given the user has unstaked today', () => {
      it('it should measure the cost against the stake that is active now', async () => {
        const stakeMor = await stakeFor(market, COST_MOR);
        await diamond.connect(market.user).stake(Purpose.Session, stakeMor);
        await diamond.connect(market.user).unstake(Purpose.Session, stakeMor);
        const terms = await signed();
        await expectMoney(market, () => open(terms), {
          wallets: [[market.user, -stakeMor]],
          buckets: { SessionStakes: stakeMor },
        });
      });
    });

    describe('given active stake does not count because the supply of the day is taken', () => {
      it('it should revert with AllowanceTooLow', async () => {
        await diamond.openDay();
        const { supplyMor } = await diamond.getDay(await today());
        for (const user of [market.user, market.otherUser]) {
          await market.mor.mint(user, 2n * supplyMor);
          await market.mor.connect(user).approve(diamond, MaxUint256);
          await diamond.connect(user).stake(Purpose.Session, supplyMor);
        }
        const stake = await diamond.getStake(market.otherUser, Purpose.Session);
        expect([stake.activeMor, stake.countedMor]).to.deep.equal([supplyMor, 0n]);
        const terms = await signed({ approval: { user: market.otherUser.address } });
        await expect(open(terms, market.otherUser))
          .to.be.revertedWithCustomError(diamond, 'AllowanceTooLow')
          .withArgs(COST_MOR, 0n);
      });
    });

    describe('given more stake would not count because the supply of the day is taken', () => {
      it('it should revert with AllowanceTooLow', async () => {
        await diamond.openDay();
        const { supplyMor } = await diamond.getDay(await today());
        await market.mor.mint(market.user, supplyMor);
        await market.mor.connect(market.user).approve(diamond, MaxUint256);
        await diamond.connect(market.user).stake(Purpose.Access, supplyMor);
        const terms = await signed({ approval: { user: market.otherUser.address } });
        await expect(open(terms, market.otherUser))
          .to.be.revertedWithCustomError(diamond, 'AllowanceTooLow')
          .withArgs(COST_MOR, 0n);
      });
    });

    describe('given the stake of the user equals that of the provider', () => {
      it('it should open a session that cannot be disputed', async () => {
        await diamond.connect(market.user).stake(Purpose.Session, 1_000n * MOR);
        await diamond.connect(market.provider).providerRegister(market.provider, 900n * MOR, 'host:1');
        const { sessionId } = await openSession(market);
        expect((await diamond.getSession(sessionId)).isDisputable).to.equal(false);
      });
    });

    describe('given the stake of the user is larger than that of the provider', () => {
      it('it should open a session that can be disputed', async () => {
        await diamond.connect(market.user).stake(Purpose.Session, 1_000n * MOR + 1n);
        await diamond.connect(market.provider).providerRegister(market.provider, 900n * MOR, 'host:1');
        const { sessionId } = await openSession(market);
        expect((await diamond.getSession(sessionId)).isDisputable).to.equal(true);
      });
    });

    describe('when the session ends on the next day', () => {
      it('it should charge today and promise two days after the end', async () => {
        const day = await today();
        await time.setNextBlockTimestamp(midnight(day + 1) - HOUR);
        await diamond.openDay();
        const { openedAt } = await openSession(market, { change: { request: { durationSeconds: 2 * HOUR } } });
        expect(vestDay(openedAt + 2 * HOUR)).to.equal(day + 3);
        await time.increaseTo(midnight(day + 3) - 1);
        const costMor = PRICE_MOR * BigInt(2 * HOUR);
        expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, costMor]);
        await time.increaseTo(midnight(day + 3));
        expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([costMor, 0n]);
      });
    });
  });

  describe('when the user pays directly', () => {
    const direct = { request: { payment: Payment.Direct } };

    describe('when a delegate opens [YS-032]', () => {
      it('it should revert with OwnCallOnly', async () => {
        await delegateTo(market, market.user, market.delegate, 'SESSION');
        await expect(open(await signed(direct), market.delegate))
          .to.be.revertedWithCustomError(diamond, 'OwnCallOnly')
          .withArgs(market.user.address, market.delegate.address);
      });
    });

    describe('when the cost is above what may be pulled', () => {
      it('it should revert with PayTooHigh', async () => {
        await expect(open(await signed({ request: { payment: Payment.Direct, maxPayMor: COST_MOR - 1n } })))
          .to.be.revertedWithCustomError(diamond, 'PayTooHigh')
          .withArgs(COST_MOR, COST_MOR - 1n);
      });
    });

    describe('when the cost is exactly what may be pulled', () => {
      it('it should pull the cost into escrow and touch neither pool nor allowance', async () => {
        const terms = await signed({ request: { payment: Payment.Direct, maxPayMor: COST_MOR } });
        const poolBefore = await diamond.getPool();
        const tx = await expectMoney(market, () => open(terms), {
          wallets: [[market.user, -COST_MOR]],
          buckets: { Escrow: COST_MOR },
        });
        const [ids] = await diamond.getUserSessions(market.user, 0, 1);
        await expect(tx)
          .to.emit(diamond, 'SessionBooked')
          .withArgs(ids[0], market.bidId, COST_MOR, SESSION_SECONDS, Payment.Direct, false, terms.approval.nonce);
        await expect(tx).not.to.emit(diamond, 'DayOpened');
        expect(await diamond.getPool()).to.deep.equal(poolBefore);
        expect((await diamond.getStake(market.user, Purpose.Session)).usedMor).to.equal(0n);
        expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, 0n]);
        expect((await treasuryOf(market)).Escrow).to.equal(COST_MOR);
      });
    });
  });
});
