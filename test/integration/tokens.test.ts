import { expect } from 'chai';
import { ethers } from 'hardhat';
import { OpenZeppelin } from '../fixtures/errors';
import { CID, DAY, MOR, PRICE_MOR, Payment, Purpose, Verdict, load, time } from '../fixtures/market';
import { surplusOf, treasuryOf } from '../fixtures/money';
import { NO_RECEIPT, openSession, signApproval, termsOf } from '../fixtures/sessions';
import { reenteringMarket, refusingMarket, rebasingMarket, taxedMarket, type TokenMarket } from '../fixtures/tokens';

/** Solidity's own revert for arithmetic that does not fit, Panic(0x11). */
const OVERFLOW = 0x11;

/** Every entry that pulls MOR, with the amount it pulls. */
async function entriesOf(market: TokenMarket): Promise<[string, bigint, () => Promise<unknown>][]> {
  const { diamond, provider, user, modelId } = market;
  const direct = await termsOf(market, { request: { payment: Payment.Direct, durationSeconds: 1_000 } });
  const signature = await signApproval(market, provider, direct.approval);
  const asProvider = diamond.connect(provider);
  return [
    ['stake', MOR, () => diamond.connect(user).stake(Purpose.Session, MOR)],
    [
      'openSession',
      PRICE_MOR * 1_000n,
      () => diamond.connect(user).openSession(direct.request, direct.approval, signature),
    ],
    ['providerRegister', MOR, () => asProvider.providerRegister(provider, MOR, 'host:1')],
    ['modelRegister', MOR, () => asProvider.modelRegister(provider, ethers.id('b'), CID, 0, MOR, 'm', [])],
    ['postModelBid', (3n * MOR) / 10n, () => asProvider.postModelBid(provider, modelId, PRICE_MOR)],
    ['postTokenBid', (3n * MOR) / 10n, () => asProvider.postTokenBid(provider, modelId, 5n)],
  ];
}

describe('scenarios of other tokens', () => {
  it('scenario 8: a fee on transfers is refused by every entry on the difference [YS-005]', async () => {
    const market = await load(taxedMarket);
    await market.token.getFunction('setFee')(true);
    for (const [name, amountMor, enter] of await entriesOf(market)) {
      await expect(enter(), name)
        .to.be.revertedWithCustomError(market.diamond, 'TokenAmountMismatch')
        .withArgs(amountMor - amountMor / 100n, amountMor);
    }
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 8: a token that answers false is refused by every entry, and by exits without loss', async () => {
    const market = await load(refusingMarket);
    const { diamond, token, user, provider } = market;
    await diamond.connect(user).stake(Purpose.Session, MOR);
    await diamond.connect(user).unstake(Purpose.Session, MOR);
    await time.increase(86_400);
    const entries = await entriesOf(market);
    for (const account of [user, provider]) await token.getFunction('refuse')(account, true);
    const address = await token.getAddress();
    for (const [name, , enter] of entries) {
      await expect(enter(), name)
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeERC20FailedOperation')
        .withArgs(address);
    }
    await expect(diamond.connect(user).withdrawStake())
      .to.be.revertedWithCustomError(OpenZeppelin, 'SafeERC20FailedOperation')
      .withArgs(address);
    expect((await diamond.getUnstaking(user)).dueMor).to.equal(MOR);
    await token.getFunction('refuse')(user, false);
    await expect(diamond.connect(user).withdrawStake()).to.emit(diamond, 'StakeWithdrawn').withArgs(user.address, MOR);
  });

  it('scenario 8: a token that rebases in the middle of a transfer is refused by every entry on the difference [YS-005]', async () => {
    const market = await load(rebasingMarket);
    const { diamond, token } = market;
    for (const factorBps of [9_000n, 11_000n]) {
      for (const [name, , enter] of await entriesOf(market)) {
        const heldMor = await market.mor.balanceOf(diamond);
        const changeMor = (heldMor * factorBps) / 10_000n - heldMor;
        await token.getFunction('rebaseInTransfers')(factorBps);
        // Balances that fall make the difference negative, which no unsigned number holds.
        if (changeMor < 0n) await expect(enter(), name).to.be.revertedWithPanic(OVERFLOW);
        else await expect(enter(), name).to.be.revertedWithCustomError(diamond, 'TokenAmountMismatch');
        await token.getFunction('rebaseInTransfers')(0n);
      }
    }
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 8: what a rebase between calls adds goes to the pool, what it takes changes no promise', async () => {
    const market = await load(rebasingMarket);
    const { diamond, token, mor, user } = market;
    await diamond.connect(user).stake(Purpose.Session, 10n * MOR);
    const { sessionId } = await openSession(market);
    const { activeMor } = await diamond.getStake(user, Purpose.Session);

    const heldMor = await mor.balanceOf(diamond);
    await token.getFunction('rebase')(10_100n);
    expect(await surplusOf(market)).to.equal(heldMor / 100n);
    await expect(diamond.sync()).to.emit(diamond, 'EmissionReceived');
    expect(await surplusOf(market)).to.equal(0n);

    await token.getFunction('rebase')(9_900n);
    expect(await surplusOf(market), 'the token took it').to.be.lessThan(0n);
    const before = await treasuryOf(market);
    await diamond.sync();
    await diamond.connect(user).closeSession(sessionId, Verdict.Pass, NO_RECEIPT, '0x');
    expect(await treasuryOf(market), 'no bucket pays for it').to.deep.equal(before);
    await diamond.connect(user).unstake(Purpose.Session, activeMor);
    await time.increase(2 * DAY);
    const walletMor = await mor.balanceOf(user);
    await diamond.connect(user).withdrawStake();
    // The token's own division may lose a wei.
    expect((await mor.balanceOf(user)) - walletMor)
      .to.be.at.most(activeMor)
      .and.at.least(activeMor - 1n);
    expect((await diamond.getUnstaking(user)).dueMor).to.equal(0n);
  });

  it('scenario 9: a token that calls back into a closing finds the lock and gets nothing twice', async () => {
    const market = await load(reenteringMarket);
    const { diamond, token, user, provider } = market;
    const { sessionId } = await openSession(market, { change: { request: { payment: Payment.Direct } } });
    const address = await diamond.getAddress();
    const again = diamond.interface.encodeFunctionData('closeSession', [sessionId, Verdict.None, NO_RECEIPT, '0x']);
    await time.increase(4_000);
    await token.getFunction('arm')(address, again);
    const before = await market.mor.balanceOf(provider);
    await expect(diamond.connect(user).closeSession(sessionId, Verdict.None, NO_RECEIPT, '0x'))
      .to.emit(token, 'Reentered')
      .withArgs(address, false, OpenZeppelin.interface.encodeErrorResult('ReentrancyGuardReentrantCall'));
    expect((await market.mor.balanceOf(provider)) - before).to.equal(PRICE_MOR * 3_789n);
    expect(await surplusOf(market)).to.equal(0n);
  });
});
