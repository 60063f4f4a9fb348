import { expect } from 'chai';
import { ethers } from 'hardhat';
import { Signature, type BytesLike } from 'ethers';
import { delegateTo } from '../fixtures/delegation';
import { allowanceOf, midnight, today, vestDay } from '../fixtures/days';
import {
  DAY,
  HOUR,
  MOR,
  PRICE_MOR,
  Payment,
  Purpose,
  Verdict,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../fixtures/market';
import { expectMoney, surplusOf } from '../fixtures/money';
import { ownerOf } from '../fixtures/owner';
import {
  NO_RECEIPT,
  SESSION_SECONDS,
  openSession,
  receiptOf,
  signApproval,
  signReceipt,
  termsOf,
} from '../fixtures/sessions';
import { Mood, walletOf, walletProvider } from '../fixtures/wallets';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe('scenarios of sessions', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const close = (sessionId: string, verdict: number = Verdict.None, as = market.user) =>
    diamond.connect(as).closeSession(sessionId, verdict, NO_RECEIPT, '0x');

  it('scenario 1: closing late and opening again with the same stake 100 times draws the allowance once', async () => {
    const stakeMor = 1_000n * MOR;
    await diamond.connect(market.user).stake(Purpose.Session, stakeMor);
    const allowanceMor = await allowanceOf(market, stakeMor);
    const change = { change: { request: { durationSeconds: 600, maxStakeMor: 0 } } };
    let refused = 0;
    let earnedMor = 0n;
    for (let i = 0; i < 100; i++) {
      try {
        const { sessionId, openedAt } = await openSession(market, change);
        await time.setNextBlockTimestamp(openedAt + 590);
        await close(sessionId);
        earnedMor += PRICE_MOR * 590n;
      } catch (error) {
        expect(String(error)).to.contain('StakeMissing');
        refused += 1;
      }
    }
    expect(refused).to.be.greaterThan(80);
    expect(earnedMor).to.be.at.most(allowanceMor);
    expect((await diamond.getStake(market.user, Purpose.Session)).usedMor).to.equal(earnedMor);
    expect((await diamond.getPool()).owedMor).to.equal(earnedMor);
  });

  it('scenario 2: a session closes with an empty pool; the credit is recorded and paid later', async () => {
    const { sessionId, openedAt } = await openSession(market);
    await diamond.connect(await ownerOf(market)).setPoolParameters(0, 0, 1);
    await time.increaseTo(openedAt + 1_000);
    await close(sessionId);
    const [, creditMor] = await diamond.getSessionCredits(market.provider);
    await time.increaseTo(midnight(vestDay(openedAt) + 1));
    await expectMoney(market, () => diamond.claimSessionCredits(market.provider, MOR), {
      wallets: [[market.provider, 0n]],
    });
    await market.mor.mint(diamond, creditMor);
    await diamond.sync();
    await expectMoney(market, () => diamond.claimSessionCredits(market.provider, MOR), {
      wallets: [[market.provider, creditMor]],
      buckets: { Pool: -creditMor },
    });
  });

  it('scenario 3: closing twice in one transaction, by user and delegate, is refused the second time', async () => {
    const user = await walletOf(market);
    const delegate = await walletOf(market);
    const rights = await diamond.DELEGATION_RULES_SESSION();
    const registry = await market.registry.getAddress();
    const grant = new ethers.Interface(['function delegateContract(address,address,bytes32,bool)']);
    const grantData = grant.encodeFunctionData('delegateContract', [
      delegate.address,
      await diamond.getAddress(),
      rights,
      true,
    ]);
    await user.contract.getFunction('execute')(registry, grantData);
    for (const payment of [Payment.Pool, Payment.Direct]) {
      const terms = await termsOf(market, { request: { payment }, approval: { user: user.address } });
      const signature = await signApproval(market, market.provider, terms.approval);
      await user.call('openSession', [terms.request, terms.approval, signature]);
      const [ids, total] = await diamond.getUserSessions(user.address, 0, 10);
      const closing = user.encode('closeSession', [ids[Number(total) - 1], Verdict.None, NO_RECEIPT, '0x']);
      const target = await diamond.getAddress();
      const byDelegate = delegate.contract.interface.encodeFunctionData('execute', [target, closing]);
      const creditsBefore = (await diamond.getSessionCredits(market.provider))[1];
      const tx = await user.contract.getFunction('tryAll')([
        { target, data: closing },
        { target: delegate.address, data: byDelegate },
      ]);
      const refusal = diamond.interface.encodeErrorResult('SessionAlreadyClosed', [ids[Number(total) - 1]!]);
      await expect(tx).to.emit(user.contract, 'Called').withArgs(1, false, refusal);
      expect((await diamond.getSession(ids[Number(total) - 1]!)).isClosed).to.equal(true);
      expect((await diamond.getSessionCredits(market.provider))[1]).to.be.at.most(creditsBefore + COST_MOR);
    }
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 4: an approval for one user is of no use to others and stays good for him', async () => {
    const { user, otherUser, delegate } = market;
    await delegateTo(market, otherUser, delegate, 'SESSION');
    const terms = await termsOf(market);
    const signature = await signApproval(market, market.provider, terms.approval);
    for (const account of [otherUser, delegate]) {
      await expect(diamond.connect(account).openSession(terms.request, terms.approval, signature))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(user.address, account.address);
    }
    const changed = { ...terms.approval, user: otherUser.address };
    await expect(diamond.connect(otherUser).openSession(terms.request, changed, signature))
      .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
      .withArgs(market.provider.address, await diamond.hashSessionApproval(changed));
    await expect(diamond.connect(user).openSession(terms.request, terms.approval, signature)).to.emit(
      diamond,
      'SessionOpened',
    );
  });

  it('scenario 5: one form of a signature is accepted, and never twice', async () => {
    const terms = await termsOf(market);
    const good = await signApproval(market, market.provider, terms.approval);
    const { r, s, v, compactSerialized } = Signature.from(good);
    const word = (value: bigint) => ethers.zeroPadValue(ethers.toBeHex(value), 32);
    const byte = (value: number) => ethers.toBeHex(value, 1);
    const highS = word(SECP256K1_ORDER - BigInt(s));
    const bad: Record<string, BytesLike> = {
      compact: compactSerialized,
      'high s': ethers.concat([r, highS, byte(v === 27 ? 28 : 27)]),
      'v 0 or 1': ethers.concat([r, s, byte(v - 27)]),
      '64 bytes': ethers.dataSlice(good, 0, 64),
      '66 bytes': ethers.concat([good, '0x00']),
      'other v': ethers.concat([r, s, byte(v === 27 ? 28 : 27)]),
      empty: '0x',
      zeros: ethers.concat([word(0n), word(0n), byte(27)]),
    };
    const open = (signature: BytesLike) =>
      diamond.connect(market.user).openSession(terms.request, terms.approval, signature);
    for (const [form, signature] of Object.entries(bad)) {
      await expect(open(signature), form)
        .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
        .withArgs(market.provider.address, await diamond.hashSessionApproval(terms.approval));
    }
    await open(good);
    for (const signature of [good, ...Object.values(bad)]) {
      await expect(open(signature))
        .to.be.revertedWithCustomError(diamond, 'ApprovalUsed')
        .withArgs(market.provider.address, terms.approval.nonce);
    }
  });

  it('scenario 6: of contract wallets only the exact magic counts, gas is bounded, exits do not care', async () => {
    const wallet = await walletProvider(market);
    const inMood = async (mood: number) => wallet.contract.getFunction('setMood')(mood);
    await diamond.connect(market.user).stake(Purpose.Session, 5_000n * MOR);
    for (const mood of [Mood.WrongMagic, Mood.Reverts, Mood.BurnsGas, Mood.HugeAnswer, Mood.ShortAnswer]) {
      await inMood(Mood.Magic);
      const offer = { ...market, bidId: wallet.bidId };
      const good = await termsOf(offer);
      const asUser = diamond.connect(market.user);
      const sessionId = await asUser.openSession.staticCall(good.request, good.approval, '0xabcd');
      await asUser.openSession(good.request, good.approval, '0xabcd');

      await inMood(mood);
      const { request, approval } = await termsOf(offer);
      await expect(asUser.openSession(request, approval, '0xabcd', { gasLimit: 1_000_000 }))
        .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
        .withArgs(wallet.address, await diamond.hashSessionApproval(approval));
      const receipt = await receiptOf(sessionId);
      await expect(asUser.closeSession(sessionId, Verdict.Pass, receipt, '0xabcd'))
        .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
        .withArgs(wallet.address, await diamond.hashSessionReceipt(receipt));
      const closing = await (await close(sessionId)).wait();
      expect(closing!.gasUsed).to.be.lessThan(200_000n);
    }
  });

  it('scenario 7: deadlines in the past and far in the future are refused, of approvals and of receipts', async () => {
    const open = async (deadline: number) => {
      const terms = await termsOf(market, { approval: { deadline } });
      const signature = await signApproval(market, market.provider, terms.approval);
      return diamond.connect(market.user).openSession(terms.request, terms.approval, signature);
    };
    const now = await time.latest();
    await expect(open(0)).to.be.revertedWithCustomError(diamond, 'DeadlinePassed');
    await expect(open(now - 1)).to.be.revertedWithCustomError(diamond, 'DeadlinePassed');
    await expect(open(now + DAY + HOUR)).to.be.revertedWithCustomError(diamond, 'DeadlineTooFar');
    await expect(open(2 ** 40 - 1)).to.be.revertedWithCustomError(diamond, 'DeadlineTooFar');
    const { sessionId } = await openSession(market);
    for (const [deadline, error] of [
      [0, 'DeadlinePassed'],
      [2 ** 40 - 1, 'DeadlineTooFar'],
    ] as const) {
      const receipt = await receiptOf(sessionId, { deadline });
      const signature = await signReceipt(market, market.provider, receipt);
      await expect(
        diamond.connect(market.user).closeSession(sessionId, Verdict.None, receipt, signature),
      ).to.be.revertedWithCustomError(diamond, error);
    }
  });

  it('scenario 19: a provider leaves with what is not exposed; exactly the exposed part follows later', async () => {
    const { provider } = market;
    const { sessionId, openedAt } = await openSession(market);
    const asProvider = diamond.connect(provider);
    await expect(asProvider.providerDeregister(provider)).to.be.revertedWithCustomError(
      diamond,
      'ProviderHasActiveBids',
    );
    await asProvider.deleteModelBid(market.bidId);
    await expectMoney(market, () => asProvider.providerDeregister(provider), {
      wallets: [[provider, 100n * MOR - COST_MOR]],
      buckets: { ProviderStakes: -(100n * MOR - COST_MOR) },
    });
    await time.setNextBlockTimestamp(openedAt + 1_000);
    await close(sessionId);
    const freedMor = COST_MOR - 1_000n * PRICE_MOR;
    await expectMoney(market, () => asProvider.providerDeregister(provider), {
      wallets: [[provider, freedMor]],
      buckets: { ProviderStakes: -freedMor },
    });
    await expect(asProvider.providerDeregister(provider)).to.be.revertedWithCustomError(
      diamond,
      'ProviderHasAlreadyDeregistered',
    );
    await time.increaseTo(midnight(vestDay(openedAt + 1_000)));
    await expectMoney(market, () => asProvider.providerDeregister(provider), {
      wallets: [[provider, 1_000n * PRICE_MOR]],
      buckets: { ProviderStakes: -1_000n * PRICE_MOR },
    });
    await expectMoney(market, () => diamond.claimSessionCredits(provider, MOR), {
      wallets: [[provider, 1_000n * PRICE_MOR]],
      buckets: { Pool: -1_000n * PRICE_MOR },
    });
  });

  it('scenario 19b: a delegate with session rights can neither pay directly, nor pull stake, nor unstake', async () => {
    const { user, delegate } = market;
    await delegateTo(market, user, delegate, 'SESSION');
    const asDelegate = diamond.connect(delegate);
    for (const payment of [Payment.Direct, Payment.Pool]) {
      const terms = await termsOf(market, { request: { payment } });
      const signature = await signApproval(market, market.provider, terms.approval);
      await expect(asDelegate.openSession(terms.request, terms.approval, signature))
        .to.be.revertedWithCustomError(diamond, 'OwnCallOnly')
        .withArgs(user.address, delegate.address);
    }
    await diamond.connect(user).stake(Purpose.Session, MOR);
    await expect(asDelegate.unstake(Purpose.Session, 1n))
      .to.be.revertedWithCustomError(diamond, 'StakeTooLow')
      .withArgs(0, 1);
    await expect(asDelegate.withdrawStake()).to.be.revertedWithCustomError(diamond, 'NothingToWithdraw').withArgs(0);
  });

  it('scenario 22: statistics take every extreme without a revert, at nearly the same gas', async () => {
    await diamond.connect(market.user).stake(Purpose.Session, 20_000n * MOR);
    const extremes = [0, 1, 2 ** 31, 2 ** 32 - 1];
    const gas: bigint[] = [];
    for (let i = 0; i < 12; i++) {
      const { sessionId, openedAt } = await openSession(market);
      const receipt = await receiptOf(sessionId, {
        inputTokens: i % 2 === 0 ? 2n ** 64n - 1n : 0n,
        outputTokens: i % 3 === 0 ? 2n ** 64n - 1n : 7n,
        tokensPerSecondMilli: extremes[i % 4]!,
        ttftMs: extremes[(i + 1) % 4]!,
      });
      const signature = await signReceipt(market, market.provider, receipt);
      await time.setNextBlockTimestamp(openedAt + 500);
      const tx = await diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, receipt, signature);
      if (i > 1) gas.push((await tx.wait())!.gasUsed);
    }
    const statistics = await diamond.getStatistics(market.modelId, market.provider);
    expect([statistics.receipts, statistics.tokens]).to.deep.equal([12n, 2n ** 64n - 1n]);
    const [least, most] = [gas.reduce((a, b) => (a < b ? a : b)), gas.reduce((a, b) => (a > b ? a : b))];
    expect(most * 10n).to.be.at.most(least * 11n);
  });

  it('scenario 23: who always says Fail takes back at most the dispute windows, and nobody else is touched', async () => {
    await diamond.connect(market.user).stake(Purpose.Session, 100_000n * MOR);
    await diamond.connect(market.otherUser).stake(Purpose.Session, 100_000n * MOR);
    const remaining = async (account: OpenMarket['user']) =>
      (await diamond.getStake(account, Purpose.Session)).remainingMor;
    const otherBefore = await remaining(market.otherUser);
    const allowanceMor = await remaining(market.user);
    let [takenMor, creditedMor] = [0n, 0n];
    for (let i = 0; i < 60; i++) {
      const { sessionId, openedAt } = await openSession(market, {
        change: { request: { durationSeconds: 600, maxStakeMor: 0 } },
      });
      const isInTime = i % 2 === 0;
      const usedSeconds = isInTime ? 60 : 61;
      await time.setNextBlockTimestamp(openedAt + usedSeconds);
      await close(sessionId, Verdict.Fail);
      if (isInTime) takenMor += PRICE_MOR * 60n;
      else creditedMor += PRICE_MOR * 61n;
    }
    expect(await remaining(market.user)).to.equal(allowanceMor - takenMor - creditedMor);
    expect(await diamond.getSessionCredits(market.provider)).to.deep.equal([0n, creditedMor]);
    expect(await remaining(market.otherUser)).to.equal(otherBefore);
    const statistics = await diamond.getStatistics(market.modelId, market.provider);
    expect([statistics.sessions, statistics.fails, statistics.failedMor]).to.deep.equal([
      60n,
      60n,
      takenMor + creditedMor,
    ]);
    await openSession(market, { as: market.otherUser, change: { approval: { user: market.otherUser.address } } });
  });

  it('scenario 29: MOR that is borrowed for one block can be staked, not taken back before midnight', async () => {
    const wallet = await walletOf(market);
    const target = await diamond.getAddress();
    const data = [
      wallet.encode('stake', [Purpose.Session, 100_000n * MOR]),
      wallet.encode('unstake', [Purpose.Session, 100_000n * MOR]),
      wallet.encode('withdrawStake', []),
      wallet.encode('stake', [Purpose.Session, 1n]),
    ];
    const tx = await wallet.contract.getFunction('tryAll')(data.map((each) => ({ target, data: each })));
    const nextMidnight = midnight((await today()) + 1);
    const refusal = diamond.interface.encodeErrorResult('NothingToWithdraw', [nextMidnight]);
    await expect(tx).to.emit(wallet.contract, 'Called').withArgs(1, true, '0x');
    await expect(tx).to.emit(wallet.contract, 'Called').withArgs(2, false, refusal);
    expect(await market.mor.balanceOf(wallet.address)).to.equal(0n);
    expect((await diamond.getStake(wallet.address, Purpose.Session)).remainingMor).to.equal(0n);
    await time.increaseTo(nextMidnight);
    await wallet.call('withdrawStake', []);
    expect(await market.mor.balanceOf(wallet.address)).to.equal(100_000n * MOR);
  });

  it('scenario 30: one person holding all, and amounts near 2^128, give exact values or typed reverts', async () => {
    const { user, mor } = market;
    const hugeMor = 2n ** 127n;
    await mor.mint(user, hugeMor);
    await mor.connect(user).approve(diamond, 2n ** 200n);
    await diamond.connect(user).stake(Purpose.Session, hugeMor);
    await diamond.openDay();
    const { budgetMor, supplyMor } = await diamond.getDay(await today());
    const stake = await diamond.getStake(user, Purpose.Session);
    expect(stake.remainingMor).to.equal((budgetMor * hugeMor) / supplyMor);
    expect(stake.remainingMor).to.be.lessThan(budgetMor);
    await diamond.connect(market.provider).postModelBid(market.provider, market.modelId, stake.remainingMor / 300n);
    const bidId = await diamond.getBidId(market.provider, market.modelId, 1);
    const offer = { ...market, bidId, priceMor: stake.remainingMor / 300n };
    await openSession(offer, { change: { request: { durationSeconds: 300, maxStakeMor: 0 } } });
    await expect(openSession(offer, { change: { request: { durationSeconds: 300 } } })).to.be.revertedWithCustomError(
      diamond,
      'AllowanceTooLow',
    );
    await expect(diamond.connect(user).stake(Purpose.Session, 2n ** 128n - 1n)).to.be.reverted;
    await diamond.connect(user).unstake(Purpose.Session, hugeMor);
    expect((await diamond.getUnstaking(user)).firstMor).to.equal(hugeMor);
    expect(await surplusOf(market)).to.equal(0n);
  });
});
