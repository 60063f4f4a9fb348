import { expect } from 'chai';
import { ethers } from 'hardhat';
import { Signature, type AddressLike, type BytesLike } from 'ethers';
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
import { expectMoney, surplusOf, treasuryOf } from '../fixtures/money';
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
import { setTokenBalance, setTotalSupply, writeState } from '../fixtures/state-writer';
import { Mood, callAll, walletOf, walletProvider, type Call } from '../fixtures/wallets';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);
/** Sessions that fail in scenario 23, and how many of them share a transaction. */
const FAILED_SESSIONS = 1_000;
const SESSIONS_PER_CALL = 20;
/** Solidity's own revert for arithmetic that does not fit, Panic(0x11). */
const OVERFLOW = 0x11;
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

  it('scenario 2: a session closes with an empty pool; the credit is recorded and paid later [YS-022] [YS-034]', async () => {
    const { sessionId, openedAt } = await openSession(market);
    const { budgetBps, guardBps } = await diamond.getPoolParameters();
    const [poolMor, owedMor] = [(await treasuryOf(market)).Pool, (await diamond.getPool()).owedMor];
    await writeState(market, 'writePool', [
      {
        ...{ poolMor: 0n, owedMor, paidMor: poolMor, priorComputePaidMor: 0n, spentMor: 0n },
        ...{ budgetBps, guardBps, emissionLaterSeconds: 0 },
      },
    ]);
    await setTokenBalance(market, diamond, (await market.mor.balanceOf(diamond)) - poolMor);
    expect((await diamond.getPool()).balanceMor).to.equal(0n);
    await time.increaseTo(openedAt + 1_000);
    await close(sessionId);
    const closedAt = await time.latest();
    const { activeMor } = await diamond.getStake(market.user, Purpose.Session);
    await diamond.connect(market.user).unstake(Purpose.Session, activeMor);
    const [, creditMor] = await diamond.getSessionCredits(market.provider);
    expect(creditMor).to.equal(PRICE_MOR * BigInt(closedAt - openedAt));
    await time.increaseTo(midnight(vestDay(openedAt) + 1));
    await expectMoney(market, () => diamond.connect(market.user).withdrawStake(), {
      wallets: [[market.user, activeMor]],
      buckets: { Unstaking: -activeMor },
    });
    await expectMoney(market, () => diamond.claimSessionCredits(market.provider, MOR), {
      wallets: [[market.provider, 0n]],
    });
    expect((await diamond.getSessionCredits(market.provider))[0]).to.equal(creditMor);
    await market.mor.mint(diamond, creditMor);
    await diamond.sync();
    await expectMoney(market, () => diamond.claimSessionCredits(market.provider, MOR), {
      wallets: [[market.provider, creditMor]],
      buckets: { Pool: -creditMor },
    });
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 3: closing twice in one transaction, by user and delegate, is refused the second time [YS-030]', async () => {
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

  it('scenario 4: an approval for one user is of no use to others and stays good for him [YS-031]', async () => {
    const { user, otherUser, delegate } = market;
    await delegateTo(market, otherUser, delegate, 'SESSION');
    const terms = await termsOf(market);
    const signature = await signApproval(market, market.provider, terms.approval);
    for (const account of [otherUser, delegate]) {
      await expect(diamond.connect(account).openSession(terms.request, terms.approval, signature))
        .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
        .withArgs(user.address, account.address);
    }
    const ownDelegate = market.rest[0]!; // there are many
    await diamond.connect(user).stake(Purpose.Session, 5_000n * MOR);
    const openAsDelegate = () => diamond.connect(ownDelegate).openSession(terms.request, terms.approval, signature);
    await expect(openAsDelegate(), 'no right')
      .to.be.revertedWithCustomError(diamond, 'InsufficientRightsForOperation')
      .withArgs(user.address, ownDelegate.address);
    const changed = { ...terms.approval, user: otherUser.address };
    await expect(diamond.connect(otherUser).openSession(terms.request, changed, signature))
      .to.be.revertedWithCustomError(diamond, 'SignatureInvalid')
      .withArgs(market.provider.address, await diamond.hashSessionApproval(changed));
    await delegateTo(market, user, ownDelegate, 'SESSION');
    await openAsDelegate();
    const [ids] = await diamond.getUserSessions(user, 0, 10);
    expect((await diamond.getSession(ids[0]!)).user, 'for the user, by the delegate').to.equal(user.address);
    await expect(diamond.connect(user).openSession(terms.request, terms.approval, signature))
      .to.be.revertedWithCustomError(diamond, 'ApprovalUsed')
      .withArgs(market.provider.address, terms.approval.nonce);
    const again = await termsOf(market);
    const signedAgain = await signApproval(market, market.provider, again.approval);
    for (const account of [otherUser, delegate]) {
      await expect(diamond.connect(account).openSession(again.request, again.approval, signedAgain)).to.be.reverted;
    }
    await expect(diamond.connect(user).openSession(again.request, again.approval, signedAgain)).to.emit(
      diamond,
      'SessionOpened',
    );
  });

  it('scenario 5: one form of a signature is accepted, and never twice [YS-031]', async () => {
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

  it('scenario 7: deadlines in the past and far in the future are refused, of approvals and of receipts [YS-031]', async () => {
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

  it('scenario 19: a provider leaves with what is not exposed; exactly the exposed part follows later [YS-043]', async () => {
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

  it('scenario 19b: a delegate with session rights can neither pay directly, nor pull stake, nor unstake [YS-032]', async () => {
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

  it('scenario 22: statistics take every extreme without a revert, and a close costs the same gas within 10 % [YS-034]', async () => {
    await diamond.connect(market.user).stake(Purpose.Session, 20_000n * MOR);
    const edges = [0, 2 ** 31, 2 ** 32 - 1];
    const counts = [0n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 64n - 1n];
    const max32 = 2n ** 32n - 1n;
    const full = {
      ...{ sessions: max32, passes: max32, fails: max32, tokensPerSecondMilli: max32, ttftMs: max32 },
      ...{ receipts: max32, tokens: 2n ** 64n - 1n, earnedMor: 2n ** 128n - 1n, failedMor: 2n ** 128n - 1n },
    };
    /** Closes a session with a receipt; the gas of it. */
    const feed = async (tokens: bigint, speed: number, ttftMs: number): Promise<bigint> => {
      const { sessionId, openedAt } = await openSession(market);
      const values = { inputTokens: tokens, outputTokens: tokens, tokensPerSecondMilli: speed, ttftMs };
      const receipt = await receiptOf(sessionId, values);
      const signature = await signReceipt(market, market.provider, receipt);
      await time.setNextBlockTimestamp(openedAt + 500);
      const tx = await diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, receipt, signature);
      return (await tx.wait())!.gasUsed;
    };
    // The very first close of a provider with a model pays for two slots that were never written.
    const firstGas = await feed(7n, 25_000, 480);
    const gas: bigint[] = [];
    for (const tokens of counts) {
      for (const speed of edges) for (const ttftMs of edges) gas.push(await feed(tokens, speed, ttftMs));
    }
    const fed = await diamond.getStatistics(market.modelId, market.provider);
    expect([fed.receipts, fed.tokens]).to.deep.equal([37n, 2n ** 64n - 1n]);
    await writeState(market, 'writeStatistics', [market.modelId, market.provider.address, full]);
    for (const value of edges) gas.push(await feed(2n ** 64n - 1n, value, value));
    const kept = await diamond.getStatistics(market.modelId, market.provider);
    for (const name of ['sessions', 'passes', 'fails', 'receipts', 'tokens', 'earnedMor', 'failedMor'] as const) {
      expect(kept[name], `${name} at its largest stays there`).to.equal(full[name]);
    }

    const [least, most] = [gas.reduce((a, b) => (a < b ? a : b)), gas.reduce((a, b) => (a > b ? a : b))];
    console.log(`      ${gas.length} closes take ${least} to ${most} gas, the first one ${firstGas}`);
    expect(gas).to.have.length(39);
    expect(most * 100n, 'within 10 %').to.be.at.most(least * 110n);
    expect(firstGas).to.be.at.most(most + 2n * 22_100n);
  });

  it('scenario 23: who fails 1,000 sessions takes back at most the dispute windows, and nobody else is touched', async () => {
    const user = await walletOf(market);
    const provider = await walletProvider(market);
    const offer = { ...market, bidId: provider.bidId };
    const target = await diamond.getAddress();
    await market.mor.mint(user.address, 900_000n * MOR);
    await user.call('stake', [Purpose.Session, 900_000n * MOR]);
    await diamond.connect(market.otherUser).stake(Purpose.Session, 100_000n * MOR);
    const remaining = async (account: AddressLike) => (await diamond.getStake(account, Purpose.Session)).remainingMor;
    const otherOpens = () =>
      openSession(market, { as: market.otherUser, change: { approval: { user: market.otherUser.address } } });
    const gasOfOther = async () => {
      const { sessionId } = await otherOpens();
      return (await (await close(sessionId, Verdict.Pass, market.otherUser)).wait())!.gasUsed;
    };
    await gasOfOther();
    const before = { gas: await gasOfOther(), allowanceMor: await remaining(market.otherUser) };
    const allowanceMor = await remaining(user.address);
    let [takenMor, creditedMor] = [0n, 0n];
    for (let opened = 0; opened < FAILED_SESSIONS; opened += SESSIONS_PER_CALL) {
      const calls: Call[] = [];
      for (let i = 0; i < SESSIONS_PER_CALL; i++) {
        const terms = await termsOf(offer, {
          request: { durationSeconds: 600, maxStakeMor: 0 },
          approval: { user: user.address },
        });
        calls.push({ target, data: user.encode('openSession', [terms.request, terms.approval, '0x']) });
      }
      await callAll(user, calls);
      const openedAt = await time.latest();
      const [ids] = await diamond.getUserSessions(user.address, opened, SESSIONS_PER_CALL);
      const closing = ids.map((id) => ({
        target,
        data: user.encode('closeSession', [id, Verdict.Fail, NO_RECEIPT, '0x']),
      }));
      // Half of them within the window of 60 s, half a second later.
      const half = SESSIONS_PER_CALL / 2;
      await time.setNextBlockTimestamp(openedAt + 60);
      await callAll(user, closing.slice(0, half));
      await time.setNextBlockTimestamp(openedAt + 61);
      await callAll(user, closing.slice(half));
      takenMor += BigInt(half) * PRICE_MOR * 60n;
      creditedMor += BigInt(half) * PRICE_MOR * 61n;
    }
    expect(await remaining(user.address)).to.equal(allowanceMor - takenMor - creditedMor);
    expect(await diamond.getSessionCredits(provider.address)).to.deep.equal([0n, creditedMor]);
    const statistics = await diamond.getStatistics(market.modelId, provider.address);
    const failedMor = takenMor + creditedMor;
    const count = BigInt(FAILED_SESSIONS);
    expect([statistics.sessions, statistics.fails, statistics.failedMor]).to.deep.equal([count, count, failedMor]);

    expect(await remaining(market.otherUser)).to.equal(before.allowanceMor);
    expect((await diamond.getStatistics(market.modelId, market.provider)).fails).to.equal(0n);
    const gas = await gasOfOther();
    expect(gas * 100n, 'gas of another user').to.be.at.most(before.gas * 101n);
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 29: MOR that is borrowed for one block can be staked, not taken back before midnight [YS-023]', async () => {
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

  it('scenario 30: with supply 0 and with price 0 there are exact values or typed reverts', async () => {
    const { user, provider, modelId } = market;
    await setTotalSupply(market, 0n);
    await diamond.openDay();
    const { budgetMor, supplyMor } = await diamond.getDay(await today());
    expect(supplyMor, 'what the schedule has issued, whatever the token says').to.be.greaterThan(0n);
    await diamond.connect(user).stake(Purpose.Session, 1_000n * MOR);
    expect((await diamond.getStake(user, Purpose.Session)).remainingMor).to.equal(
      (budgetMor * 1_000n * MOR) / supplyMor,
    );
    const harness = await ethers.deployContract('MathHarness');
    expect(await harness.getFunction('allowanceDown')(budgetMor, MOR, 0n), 'of no supply').to.equal(0n);
    expect(await harness.getFunction('toStakeUp')(1n, budgetMor, 0n), 'of no supply').to.equal(0n);

    const owner = diamond.connect(await ownerOf(market));
    await expect(owner.setMinMaxBidPricePerSecond(0, MOR)).to.be.revertedWithCustomError(
      diamond,
      'MarketplaceBidMinPricePerSecondIsZero',
    );
    await expect(owner.setMinMaxPricePerToken(0, MOR)).to.be.revertedWithCustomError(
      diamond,
      'MarketplaceBidMinPricePerSecondIsZero',
    );
    const [minTokenMor, maxTokenMor] = await diamond.getMinMaxPricePerToken();
    await expect(diamond.connect(provider).postModelBid(provider, modelId, 0)).to.be.revertedWithCustomError(
      diamond,
      'MarketplaceBidPricePerSecondInvalid',
    );
    await expect(diamond.connect(provider).postTokenBid(provider, modelId, 0))
      .to.be.revertedWithCustomError(diamond, 'TokenPriceOutOfRange')
      .withArgs(0, minTokenMor, maxTokenMor);
    const free = await termsOf({ ...market, priceMor: 0n });
    const signature = await signApproval(market, provider, free.approval);
    await expect(diamond.connect(user).openSession(free.request, free.approval, signature))
      .to.be.revertedWithCustomError(diamond, 'ApprovalMismatch')
      .withArgs(ethers.encodeBytes32String('pricePerSecondMor'), 0, PRICE_MOR);
  });

  it('scenario 30: on a day without a budget nothing is promised, and the refusal says so', async () => {
    const { user } = market;
    await diamond.connect(await ownerOf(market)).setPoolParameters(0, 0, 2n ** 127n);
    expect(await diamond.getDay(await today())).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    await diamond.connect(user).stake(Purpose.Session, MOR);
    expect((await diamond.getStake(user, Purpose.Session)).remainingMor).to.equal(0n);
    await expect(diamond.quoteSession(user, market.bidId, SESSION_SECONDS, Payment.Pool))
      .to.be.revertedWithCustomError(diamond, 'AllowanceTooLow')
      .withArgs(COST_MOR, 0);
    await expect(openSession(market))
      .to.be.revertedWithCustomError(diamond, 'PoolTooSmall')
      .withArgs((await diamond.getPool()).balanceMor, 2n ** 127n);
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
    await expect(diamond.connect(user).stake(Purpose.Session, 2n ** 128n - 1n)).to.be.revertedWithPanic(OVERFLOW);
    await diamond.connect(user).unstake(Purpose.Session, hugeMor);
    expect((await diamond.getUnstaking(user)).firstMor).to.equal(hugeMor);
    expect(await surplusOf(market)).to.equal(0n);
  });
});
