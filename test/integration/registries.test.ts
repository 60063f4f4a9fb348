import { expect } from 'chai';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import { readMany } from '../fixtures/batch';
import { OpenZeppelin } from '../fixtures/errors';
import { MOR, PRICE_MOR, Payment, fundedMarket, load, openMarket } from '../fixtures/market';
import { surplusOf, treasuryOf } from '../fixtures/money';
import { ownerOf } from '../fixtures/owner';
import { signApproval, termsOf } from '../fixtures/sessions';
import { callAll, through, walletOf, type Call, type Wallet } from '../fixtures/wallets';

const MINIMUM_MOR = MOR / 5n;
/** `REGISTER_LOOPS=10000` is the full size of scenario 20 (a minute or two), `REGISTER_SEED` another course. */
const LOOPS = Number(process.env['REGISTER_LOOPS'] ?? 2_000);
const SEED = Number(process.env['REGISTER_SEED'] ?? 20);

/** A provider as the model of scenario 20 knows it. */
interface Person {
  readonly wallet: Wallet;
  walletMor: bigint;
  stakeMor: bigint;
  isActive: boolean;
}

describe('scenarios of the registries', () => {
  it('scenario 18: registering with 0, the minimum - 1, the minimum; and a minimum that is raised later', async () => {
    const market = await load(fundedMarket);
    const { diamond, provider, otherProvider } = market;
    const register = (amountMor: bigint) => diamond.connect(provider).providerRegister(provider, amountMor, 'host:1');
    for (const amountMor of [0n, MINIMUM_MOR - 1n]) {
      await expect(register(amountMor))
        .to.be.revertedWithCustomError(diamond, 'ProviderStakeTooLow')
        .withArgs(amountMor, MINIMUM_MOR);
    }
    await register(MINIMUM_MOR);
    await diamond.connect(await ownerOf(market)).providerSetMinStake(MOR);
    expect(await diamond.getIsProviderActive(provider)).to.equal(true);
    await expect(diamond.connect(otherProvider).providerRegister(otherProvider, MOR - 1n, 'host:2'))
      .to.be.revertedWithCustomError(diamond, 'ProviderStakeTooLow')
      .withArgs(MOR - 1n, MOR);
    await expect(register(MOR - MINIMUM_MOR)).to.emit(diamond, 'ProviderRegistered');
  });

  it('scenario 20: over random loops of registering and leaving the ledger is deposits - withdrawals - slashes', async () => {
    const market = await load(fundedMarket);
    const { diamond, mor } = market;
    const owner = diamond.connect(await ownerOf(market));
    const target = await diamond.getAddress();
    const caller = await walletOf(market);
    const people: Person[] = [];
    for (let i = 0; i < 5; i++) {
      const wallet = await walletOf(market);
      people.push({ wallet, walletMor: await mor.balanceOf(wallet.address), stakeMor: 0n, isActive: false });
    }
    let [loops, slashes, slashedMor, depositedMor, withdrawnMor] = [0, 0, 0n, 0n, 0n];
    let calls: Call[] = [];
    const plan = ({ wallet }: Person, name: string, args: readonly unknown[]): void =>
      void calls.push(through(wallet, { target, data: wallet.encode(name, args) }));
    const flush = async (): Promise<void> => {
      await callAll(caller, calls);
      calls = [];
      const records = await readMany(
        diamond as unknown as BaseContract,
        people.map(({ wallet }) => ['getProvider', [wallet.address]]),
      );
      people.forEach(({ stakeMor }, i) => expect(records[i]![0].stake).to.equal(stakeMor));
      expect((await treasuryOf(market)).ProviderStakes).to.equal(depositedMor - withdrawnMor - slashedMor);
    };

    const step = fc.record({
      who: fc.nat(4),
      what: fc.nat(99),
      amountMor: fc.oneof(fc.bigInt(0n, MOR), fc.constantFrom(0n, 1n, MINIMUM_MOR - 1n, MINIMUM_MOR)),
    });
    const steps = fc.stream(fc.sample(step, { numRuns: 4 * LOOPS, seed: SEED })[Symbol.iterator]());
    for (const { who, what, amountMor } of steps.takeWhile(() => loops < LOOPS)) {
      const person = people[who]!; // one of five
      if (what < 3 && person.stakeMor > 0n) {
        const slashMor = amountMor < person.stakeMor ? amountMor : person.stakeMor;
        await flush();
        await owner.slashProvider(person.wallet.address, slashMor, '0x' + '00'.repeat(32));
        person.stakeMor -= slashMor;
        slashedMor += slashMor;
        slashes += 1;
        if (person.stakeMor < MINIMUM_MOR) person.isActive = false;
      } else if (what < 70 && (person.isActive || person.stakeMor > 0n)) {
        plan(person, 'providerDeregister', [person.wallet.address]);
        person.walletMor += person.stakeMor;
        withdrawnMor += person.stakeMor;
        [person.stakeMor, person.isActive] = [0n, false];
        loops += 1;
      } else if (person.stakeMor + amountMor >= MINIMUM_MOR) {
        plan(person, 'providerRegister', [person.wallet.address, amountMor, 'host:1']);
        person.walletMor -= amountMor;
        depositedMor += amountMor;
        [person.stakeMor, person.isActive] = [person.stakeMor + amountMor, true];
      }
    }
    await flush();
    console.log(`      ${loops} loops from seed ${SEED}, ${slashes} slashes`);
    expect([loops, slashes > LOOPS / 100]).to.deep.equal([LOOPS, true]);
    for (const { wallet, walletMor, isActive } of people) {
      expect(await mor.balanceOf(wallet.address)).to.equal(walletMor);
      expect(await diamond.getIsProviderActive(wallet.address)).to.equal(isActive);
    }
    const [page, total] = await diamond.getActiveProviders(0, 10);
    const active = people.filter(({ isActive }) => isActive).map(({ wallet }) => wallet.address);
    expect([...page].sort()).to.deep.equal(active.sort());
    expect(total).to.equal(BigInt(active.length));
    const treasury = await treasuryOf(market);
    expect(treasury.ProviderStakes).to.equal(depositedMor - withdrawnMor - slashedMor);
    expect(treasury.Pool).to.equal(300_000n * MOR + slashedMor);
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 21: bids at the bounds, beyond them and at 2^255, and costs that overflow', async () => {
    const market = await load(openMarket);
    const { diamond, provider, modelId, user } = market;
    const asProvider = diamond.connect(provider);
    const [minMor, maxMor] = await diamond.getMinMaxBidPricePerSecond();
    const [minTokenMor, maxTokenMor] = await diamond.getMinMaxPricePerToken();
    for (const priceMor of [0n, minMor - 1n, maxMor + 1n, 2n ** 128n + PRICE_MOR, 2n ** 255n]) {
      await expect(asProvider.postModelBid(provider, modelId, priceMor)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidPricePerSecondInvalid',
      );
    }
    for (const priceMor of [0n, minTokenMor - 1n, maxTokenMor + 1n, 2n ** 128n + minTokenMor, 2n ** 255n]) {
      await expect(asProvider.postTokenBid(provider, modelId, priceMor))
        .to.be.revertedWithCustomError(diamond, 'TokenPriceOutOfRange')
        .withArgs(priceMor, minTokenMor, maxTokenMor);
    }
    for (const priceMor of [minTokenMor, maxTokenMor]) await asProvider.postTokenBid(provider, modelId, priceMor);
    for (const priceMor of [minMor, maxMor]) await asProvider.postModelBid(provider, modelId, priceMor);
    const hugeMor = 2n ** 128n - 1n;
    await diamond.connect(await ownerOf(market)).setMinMaxBidPricePerSecond(1, hugeMor);
    await asProvider.postModelBid(provider, modelId, hugeMor);
    const bidId = await diamond.getBidId(provider, modelId, 5);
    expect((await diamond.getBid(bidId)).pricePerSecond).to.equal(hugeMor);
    for (const payment of [Payment.Pool, Payment.Direct]) {
      await expect(diamond.quoteSession(user, bidId, 300, payment))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 300n * hugeMor);
      const offer = { ...market, bidId, priceMor: hugeMor };
      const { request, approval } = await termsOf(offer, { request: { durationSeconds: 86_400, payment } });
      const signature = await signApproval(market, provider, approval);
      await expect(diamond.connect(user).openSession(request, approval, signature))
        .to.be.revertedWithCustomError(OpenZeppelin, 'SafeCastOverflowedUintDowncast')
        .withArgs(128, 86_400n * hugeMor);
    }
    for (const seconds of [0, 299, 86_401, 2 ** 32 - 1]) {
      await expect(diamond.quoteSession(user, bidId, seconds, Payment.Pool))
        .to.be.revertedWithCustomError(diamond, 'DurationOutOfRange')
        .withArgs(seconds, 300, 86_400);
    }
  });
});
