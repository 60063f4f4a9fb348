import { expect } from 'chai';
import fc from 'fast-check';
import { MOR, PRICE_MOR, Payment, fundedMarket, load, openMarket } from '../fixtures/market';
import { surplusOf, treasuryOf } from '../fixtures/money';
import { ownerOf } from '../fixtures/owner';

const MINIMUM_MOR = MOR / 5n;
const LOOPS = Number(process.env['REGISTER_LOOPS'] ?? 300);

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
    const { diamond, rest, mor } = market;
    const owner = diamond.connect(await ownerOf(market));
    const accounts = rest.slice(0, 5);
    const wallets = new Map<string, bigint>();
    for (const account of accounts) {
      await mor.mint(account, 1_000n * MOR);
      await mor.connect(account).approve(diamond, 2n ** 200n);
      wallets.set(account.address, 1_000n * MOR);
    }
    const stakes = new Map<string, bigint>(accounts.map(({ address }) => [address, 0n]));
    const active = new Set<string>();
    let slashedMor = 0n;
    const step = fc.record({ who: fc.nat(4), what: fc.nat(2), amount: fc.bigInt({ min: 0n, max: MOR }) });
    const steps = fc.sample(step, { numRuns: LOOPS, seed: 20 });
    for (const { who, what, amount } of steps) {
      const account = accounts[who]!;
      const staked = stakes.get(account.address)!;
      if (what === 0 && staked + amount >= MINIMUM_MOR) {
        await diamond.connect(account).providerRegister(account, amount, 'host:1');
        stakes.set(account.address, staked + amount);
        wallets.set(account.address, wallets.get(account.address)! - amount);
        active.add(account.address);
      } else if (what === 1 && (active.has(account.address) || staked > 0n)) {
        await diamond.connect(account).providerDeregister(account);
        stakes.set(account.address, 0n);
        wallets.set(account.address, wallets.get(account.address)! + staked);
        active.delete(account.address);
      } else if (what === 2 && staked > 0n) {
        const slashMor = amount < staked ? amount : staked;
        await owner.slashProvider(account, slashMor, '0x' + '00'.repeat(32));
        stakes.set(account.address, staked - slashMor);
        slashedMor += slashMor;
        if (staked - slashMor < MINIMUM_MOR) active.delete(account.address);
      }
    }
    for (const account of accounts) {
      expect((await diamond.getProvider(account)).stake).to.equal(stakes.get(account.address));
      expect(await mor.balanceOf(account)).to.equal(wallets.get(account.address));
      expect(await diamond.getIsProviderActive(account)).to.equal(active.has(account.address));
    }
    const [page, total] = await diamond.getActiveProviders(0, 10);
    expect([...page].sort()).to.deep.equal([...active].sort());
    expect(total).to.equal(BigInt(active.size));
    const treasury = await treasuryOf(market);
    expect(treasury.ProviderStakes).to.equal([...stakes.values()].reduce((sum, each) => sum + each, 0n));
    expect(treasury.Pool).to.equal(300_000n * MOR + slashedMor);
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 21: bids at the bounds, beyond them and at 2^255, and costs that overflow', async () => {
    const market = await load(openMarket);
    const { diamond, provider, modelId, user } = market;
    const asProvider = diamond.connect(provider);
    const [minMor, maxMor] = await diamond.getMinMaxBidPricePerSecond();
    for (const priceMor of [0n, minMor - 1n, maxMor + 1n, 2n ** 128n + PRICE_MOR, 2n ** 255n]) {
      await expect(asProvider.postModelBid(provider, modelId, priceMor)).to.be.revertedWithCustomError(
        diamond,
        'MarketplaceBidPricePerSecondInvalid',
      );
    }
    for (const priceMor of [minMor, maxMor]) await asProvider.postModelBid(provider, modelId, priceMor);
    const hugeMor = 2n ** 128n - 1n;
    await diamond.connect(await ownerOf(market)).setMinMaxBidPricePerSecond(1, hugeMor);
    await asProvider.postModelBid(provider, modelId, hugeMor);
    const bidId = await diamond.getBidId(provider, modelId, 3);
    expect((await diamond.getBid(bidId)).pricePerSecond).to.equal(hugeMor);
    for (const payment of [Payment.Pool, Payment.Direct]) {
      await expect(diamond.quoteSession(user, bidId, 300, payment)).to.be.reverted;
    }
    for (const seconds of [0, 299, 86_401, 2 ** 32 - 1]) {
      await expect(diamond.quoteSession(user, bidId, seconds, Payment.Pool))
        .to.be.revertedWithCustomError(diamond, 'DurationOutOfRange')
        .withArgs(seconds, 300, 86_400);
    }
  });
});
