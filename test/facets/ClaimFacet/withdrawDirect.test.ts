import { expect } from 'chai';
import type { Contract } from 'ethers';
import { OpenZeppelin } from '../../fixtures/errors';
import { Payment, PRICE_MOR, Verdict, load, time } from '../../fixtures/market';
import { expectMoney } from '../../fixtures/money';
import { NO_RECEIPT, SESSION_SECONDS, openSession } from '../../fixtures/sessions';
import { refusingMarket, type TokenMarket } from '../../fixtures/tokens';

const COST_MOR = PRICE_MOR * BigInt(SESSION_SECONDS);

describe('withdrawDirect', () => {
  let market: TokenMarket;
  let diamond: TokenMarket['diamond'];
  let token: Contract;

  beforeEach(async () => {
    market = await load(refusingMarket);
    ({ diamond, token } = market);
  });

  /** A direct session whose payment the token refuses to deliver. */
  const closeUndeliverable = async () => {
    const { sessionId, openedAt } = await openSession(market, { change: { request: { payment: Payment.Direct } } });
    await token['refuse']!(market.provider, true);
    await time.setNextBlockTimestamp(openedAt + 1_000);
    const tx = await expectMoney(
      market,
      () => diamond.connect(market.user).closeSession(sessionId, Verdict.Pass, NO_RECEIPT, '0x'),
      {
        wallets: [
          [market.user, COST_MOR - PRICE_MOR * 1_000n],
          [market.provider, 0n],
        ],
        buckets: { Escrow: -(COST_MOR - PRICE_MOR * 1_000n) },
      },
    );
    await expect(tx)
      .to.emit(diamond, 'DirectPaymentKept')
      .withArgs(sessionId, market.provider.address, PRICE_MOR * 1_000n);
  };

  describe('given nothing waits in escrow', () => {
    it('it should revert with NothingInEscrow', async () => {
      await expect(diamond.withdrawDirect(market.provider))
        .to.be.revertedWithCustomError(diamond, 'NothingInEscrow')
        .withArgs(market.provider.address);
    });
  });

  describe('given a payment could not be delivered [YS-034]', () => {
    beforeEach(closeUndeliverable);

    it('it should keep the payment in escrow for the provider', async () => {
      expect(await diamond.getDirectOwed(market.provider)).to.equal(PRICE_MOR * 1_000n);
    });

    describe('given it still cannot be delivered', () => {
      it('it should revert with SafeERC20FailedOperation', async () => {
        await expect(diamond.withdrawDirect(market.provider))
          .to.be.revertedWithCustomError(OpenZeppelin, 'SafeERC20FailedOperation')
          .withArgs(await token.getAddress());
        expect(await diamond.getDirectOwed(market.provider)).to.equal(PRICE_MOR * 1_000n);
      });
    });

    describe('given the provider named another payout address', () => {
      it('it should pay the payout address', async () => {
        await diamond.connect(market.provider).setPayout(market.rest[0]!);
        const tx = await expectMoney(market, () => diamond.connect(market.stranger).withdrawDirect(market.provider), {
          wallets: [
            [market.rest[0]!, PRICE_MOR * 1_000n],
            [market.stranger, 0n],
          ],
          buckets: { Escrow: -PRICE_MOR * 1_000n },
        });
        await expect(tx)
          .to.emit(diamond, 'DirectWithdrawn')
          .withArgs(market.provider.address, market.rest[0]!.address, PRICE_MOR * 1_000n);
        expect(await diamond.getDirectOwed(market.provider)).to.equal(0n);
      });
    });

    describe('given it was paid', () => {
      it('it should revert with NothingInEscrow', async () => {
        await token['refuse']!(market.provider, false);
        await diamond.withdrawDirect(market.provider);
        await expect(diamond.withdrawDirect(market.provider))
          .to.be.revertedWithCustomError(diamond, 'NothingInEscrow')
          .withArgs(market.provider.address);
      });
    });
  });
});
