import { expect } from 'chai';
import { ethers } from 'hardhat';
import { delegateTo } from '../../fixtures/delegation';
import { allowanceOf, stakeFor, withdrawableAt } from '../../fixtures/days';
import {
  DAY,
  MOR,
  PRICE_MOR,
  Payment,
  Purpose,
  Verdict,
  load,
  openMarket,
  time,
  type OpenMarket,
} from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import {
  APPROVAL_TYPES,
  NO_RECEIPT,
  RECEIPT_TYPES,
  SESSION_SECONDS,
  domainOf,
  openSession,
  receiptOf,
  termsOf,
} from '../../fixtures/sessions';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);

describe('reads of SessionReadFacet', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(openMarket);
    diamond = market.diamond;
  });

  const quote = (payment: number = Payment.Pool, bidId = market.bidId, seconds = SESSION_SECONDS) =>
    diamond.quoteSession(market.user, bidId, seconds, payment);

  it('quote what opening does: cost, missing stake, active stake, allowance left, when stake can leave [YS-033]', async () => {
    const missingMor = await stakeFor(market, COST_MOR);
    const leaveAt = BigInt(withdrawableAt(await time.latest()));
    expect(await quote()).to.deep.equal([COST_MOR, missingMor, 0n, 0n, leaveAt]);
    expect(await quote(Payment.Direct)).to.deep.equal([COST_MOR, 0n, 0n, 0n, leaveAt]);
    await diamond.connect(market.user).stake(Purpose.Session, 100n * MOR);
    const leftMor = await allowanceOf(market, 100n * MOR);
    expect(await quote()).to.deep.equal([COST_MOR, missingMor - 100n * MOR, 100n * MOR, leftMor, leaveAt]);
    await diamond.connect(market.user).stake(Purpose.Session, missingMor);
    expect((await quote()).missingStakeMor).to.equal(0n);
  });

  it('refuse to quote stake that would not count because the supply of the day is taken', async () => {
    await diamond.openDay();
    const { supplyMor } = await diamond.getDay(BigInt(Math.floor((await time.latest()) / DAY)));
    await market.mor.mint(market.otherUser, supplyMor);
    await market.mor.connect(market.otherUser).approve(diamond, supplyMor);
    await diamond.connect(market.otherUser).stake(Purpose.Access, supplyMor);
    await expect(quote()).to.be.revertedWithCustomError(diamond, 'AllowanceTooLow').withArgs(COST_MOR, 0);
  });

  it('refuse to quote what could not be opened [YS-033]', async () => {
    await expect(quote(Payment.Pool, ethers.ZeroHash)).to.be.revertedWithCustomError(diamond, 'BidNotActive');
    await diamond.connect(market.provider).postTokenBid(market.provider, market.modelId, 5n);
    const tokenBidId = await diamond.getBidId(market.provider, market.modelId, 1);
    await expect(quote(Payment.Pool, tokenBidId))
      .to.be.revertedWithCustomError(diamond, 'BidNotActive')
      .withArgs(tokenBidId);
    await expect(quote(Payment.Pool, market.bidId, 299)).to.be.revertedWithCustomError(diamond, 'DurationOutOfRange');
    await diamond.connect(await ownerOf(market)).setPoolParameters(0, 0, MOR);
    await expect(quote()).to.be.revertedWithCustomError(diamond, 'AllowanceTooLow').withArgs(COST_MOR, 0);
    expect((await quote(Payment.Direct)).costMor).to.equal(COST_MOR);
  });

  it('page sessions by user, provider and model, oldest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) ids.push((await openSession(market)).sessionId);
    const table = [
      [0, 3, ids.slice(0, 3)],
      [8, 5, ids.slice(8)],
      [10, 5, []],
      [0, 2 ** 40, ids],
    ] as const;
    for (const [offset, limit, expected] of table) {
      expect(await diamond.getUserSessions(market.user, offset, limit)).to.deep.equal([expected, 10n]);
      expect(await diamond.getProviderSessions(market.provider, offset, limit)).to.deep.equal([expected, 10n]);
      expect(await diamond.getModelSessions(market.modelId, offset, limit)).to.deep.equal([expected, 10n]);
      const [views, total] = await diamond.getUserSessionViews(market.user, offset, limit);
      expect([views.map((view) => view.sessionId), total]).to.deep.equal([expected, 10n]);
    }
    expect(await diamond.getUserSessions(market.otherUser, 0, 10)).to.deep.equal([[], 0n]);
  });

  it('tell a session by payment, end and verdict', async () => {
    const table = [
      [Payment.Pool, Verdict.None],
      [Payment.Pool, Verdict.Pass],
      [Payment.Direct, Verdict.Fail],
    ] as const;
    for (const [payment, verdict] of table) {
      const { sessionId, openedAt } = await openSession(market, { change: { request: { payment } } });
      await time.increaseTo(openedAt + SESSION_SECONDS + 5);
      await diamond.connect(market.user).closeSession(sessionId, verdict, NO_RECEIPT, '0x');
      const view = await diamond.getSession(sessionId);
      expect([view.payment, view.verdict, view.isClosed, view.usedSeconds, view.endsAt]).to.deep.equal([
        BigInt(payment),
        BigInt(verdict),
        true,
        BigInt(SESSION_SECONDS),
        BigInt(openedAt + SESSION_SECONDS),
      ]);
    }
    const id = ethers.id('no session');
    await expect(diamond.getSession(id)).to.be.revertedWithCustomError(diamond, 'SessionNotFound').withArgs(id);
  });

  it('hash messages as EIP-712 says, and know used approvals', async () => {
    const { approval } = await termsOf(market);
    const receipt = await receiptOf(ethers.id('session'));
    const domain = await domainOf(market);
    const { TypedDataEncoder } = ethers;
    expect(await diamond.hashSessionApproval(approval)).to.equal(
      TypedDataEncoder.hash(domain, APPROVAL_TYPES, approval as Record<string, unknown>),
    );
    expect(await diamond.hashSessionReceipt(receipt)).to.equal(
      TypedDataEncoder.hash(domain, RECEIPT_TYPES, receipt as Record<string, unknown>),
    );
    for (const nonce of [0n, 255n, 256n, 2n ** 256n - 1n]) {
      expect(await diamond.isApprovalUsed(market.user, nonce)).to.equal(false);
      await openSession(market, { change: { approval: { nonce: nonce + (nonce === 0n ? 10n ** 9n : 0n) } } });
      const used = nonce + (nonce === 0n ? 10n ** 9n : 0n);
      expect(await diamond.isApprovalUsed(market.provider, used)).to.equal(true);
      expect(await diamond.isApprovalUsed(market.provider, used ^ 1n)).to.equal(false);
    }
    expect((await diamond.getStatistics(market.modelId, market.provider)).sessions).to.equal(0n);
  });

  it('measure a delegate by the stake of the user', async () => {
    await delegateTo(market, market.user, market.delegate, 'SESSION');
    expect((await diamond.quoteSession(market.delegate, market.bidId, DAY, Payment.Pool)).activeStakeMor).to.equal(0n);
  });
});
