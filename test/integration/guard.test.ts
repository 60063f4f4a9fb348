import { expect } from 'chai';
import { ethers } from 'hardhat';
import { setBalance } from '@nomicfoundation/hardhat-network-helpers';
import { midnight, today } from '../fixtures/days';
import { DAY, HOUR, MOR, POOL_MOR, Purpose, load, openMarket, time, type OpenMarket } from '../fixtures/market';
import { surplusOf } from '../fixtures/money';
import { ownerOf } from '../fixtures/owner';
import { APPROVAL_TYPES, domainOf, signApproval, termsOf } from '../fixtures/sessions';

const ALL = 2n ** 127n;
/** So that an hour's session costs a good part of a day's budget [MOR-wei per second]. */
const PRICE_MOR = MOR / 5n;

/** Day 105: the provider is owed 7,140 MOR, more than two days' guard. */
async function backlog(): Promise<OpenMarket> {
  const market = await openMarket();
  const { diamond, mor, provider, user } = market;
  await mor.mint(user, 20_000_000n * MOR);
  await mor.connect(user).approve(diamond, ethers.MaxUint256);
  await diamond.connect(user).stake(Purpose.Session, 20_000_000n * MOR);
  await diamond.connect(provider).postModelBid(provider, market.modelId, PRICE_MOR);
  const bidId = await diamond.getBidId(provider, market.modelId, 1);
  const offer = { ...market, bidId, priceMor: PRICE_MOR };
  for (let day = 0; day < 3; day++) {
    const terms = await termsOf(offer, { request: { durationSeconds: 11_900, maxStakeMor: 0 } });
    const signature = await signApproval(market, provider, terms.approval);
    await diamond.connect(user).openSession(terms.request, terms.approval, signature);
    await time.increase(DAY);
  }
  await time.increaseTo(midnight(await today()) + 2 * DAY + HOUR);
  return offer;
}

describe('scenarios of the guard', () => {
  let market: OpenMarket;
  let diamond: OpenMarket['diamond'];

  beforeEach(async () => {
    market = await load(backlog);
    diamond = market.diamond;
  });

  const available = async () => (await diamond.getPool()).availableMor;
  const owed = async () => (await diamond.getSessionCredits(market.provider))[0];
  /** Claims and tells what was paid. */
  const claim = async (maxMor = ALL) => {
    const before = await market.mor.balanceOf(market.provider);
    await diamond.claimSessionCredits(market.provider, maxMor);
    return (await market.mor.balanceOf(market.provider)) - before;
  };

  it('scenario 10: MOR donated before, inside and after a window widens it by at most a day of schedule', async () => {
    const [, scheduledMor] = await diamond.getScheduledEmission(await today());
    const before = await available();
    expect(before).to.equal(POOL_MOR / 100n);
    await market.mor.mint(diamond, 1_000n * MOR);
    expect(await available(), 'not before sync').to.equal(before);
    await diamond.sync();
    expect(await available()).to.equal(before + 1_000n * MOR);
    await market.mor.mint(diamond, 1_000_000n * MOR);
    await diamond.sync();
    expect(await available()).to.equal(before + scheduledMor);
    await time.increase(DAY);
    expect(await available(), 'a base without the donation').to.equal(before);
    await time.increase(HOUR);
    expect(await available(), 'the donation is part of the base').to.equal((POOL_MOR + 1_001_000n * MOR) / 100n);
  });

  it('scenario 11: claims of 1 wei, of a part, and of the cap + 1 together never pass the cap', async () => {
    const capMor = await available();
    let paidMor = 0n;
    for (let i = 0; i < 100; i++) paidMor += await claim(1n);
    expect(paidMor).to.equal(100n);
    for (let i = 0; i < 100; i++) paidMor += await claim(capMor / 1_000n);
    expect(paidMor).to.equal(100n + 100n * (capMor / 1_000n));
    const owedMor = await owed();
    paidMor += await claim(capMor + 1n);
    expect(paidMor).to.equal(capMor);
    expect(await claim()).to.equal(0n);
    expect(await owed()).to.equal(owedMor - (capMor - 100n - 100n * (capMor / 1_000n)));
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 12: after a payment at t0 nothing leaves before t0 + 24 h, whatever the phase of the hour', async () => {
    for (const phase of [0, 1, 1_800, HOUR - 1]) {
      market = await load(backlog);
      const t0 = Math.ceil((await time.latest()) / HOUR) * HOUR + HOUR + phase;
      await time.setNextBlockTimestamp(t0);
      const firstMor = await claim();
      expect(firstMor).to.equal(POOL_MOR / 100n);
      for (const seconds of [1, HOUR - 1, HOUR, DAY - HOUR, DAY - 1, DAY]) {
        await time.setNextBlockTimestamp(t0 + seconds);
        expect(await claim(), `phase ${phase}, ${seconds} s later`).to.equal(0n);
      }
      await time.setNextBlockTimestamp(t0 + DAY + HOUR);
      expect(await claim(), `phase ${phase}`).to.equal((POOL_MOR - firstMor) / 100n);
    }
  });

  it('scenario 13: a change of the guard inside a window keeps what was counted', async () => {
    const owner = diamond.connect(await ownerOf(market));
    const capMor = await available();
    await claim(capMor / 2n);
    await owner.setPoolParameters(10, 10, MOR);
    expect(await available()).to.equal(0n);
    expect(await claim()).to.equal(0n);
    await owner.setPoolParameters(100, 100, MOR);
    expect(await available()).to.equal(capMor - capMor / 2n);
    await owner.setPoolParameters(60, 60, MOR);
    expect(await available()).to.equal((POOL_MOR * 60n) / 10_000n - capMor / 2n);
    expect((await diamond.getPool()).spentMor).to.equal(capMor / 2n);
  });

  it('scenario 14: a backlog of many providers is worked off within the stated bound', async () => {
    const { mor, modelId, user } = market;
    const providers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const wallet = ethers.Wallet.createRandom(ethers.provider);
        await setBalance(wallet.address, MOR);
        return wallet;
      }),
    );
    for (const wallet of providers) {
      await mor.mint(wallet, MOR);
      await mor.connect(wallet).approve(diamond, MOR);
      await diamond.connect(wallet).providerRegister(wallet, MOR / 2n, 'host:4');
      await diamond.connect(wallet).postModelBid(wallet, modelId, MOR / 20n);
      const bidId = await diamond.getBidId(wallet, modelId, 0);
      const terms = await termsOf(
        { ...market, bidId, priceMor: MOR / 20n },
        { request: { durationSeconds: 1_800, maxStakeMor: 0 } },
      );
      const signature = await wallet.signTypedData(await domainOf(market), APPROVAL_TYPES, terms.approval);
      await diamond.connect(user).openSession(terms.request, terms.approval, signature);
    }
    await time.increase(3 * DAY);
    const { owedMor, balanceMor } = await diamond.getPool();
    const leastPerDayMor = (balanceMor - owedMor) / 100n;
    const boundDays = Number(owedMor / leastPerDayMor) + 2;
    const accounts = [await market.provider.getAddress(), ...providers.map(({ address }) => address)];
    let days = 0;
    for (; (await diamond.getPool()).owedMor > 0n; days++) {
      expect(days).to.be.at.most(boundDays);
      for (const account of accounts) {
        const [vestedMor] = await diamond.getSessionCredits(account);
        if (vestedMor > 0n) await diamond.claimSessionCredits(account, ALL);
      }
      await time.increase(DAY + HOUR);
    }
    expect(days).to.be.greaterThan(1);
    for (const wallet of providers) expect(await mor.balanceOf(wallet)).to.be.at.least(90n * MOR);
  });

  it('scenario 15: what was claimed once is not paid again', async () => {
    let paidMor = 0n;
    const owedMor = await owed();
    for (let day = 0; day < 5; day++) {
      if ((await owed()) > 0n) paidMor += await claim();
      await time.increase(DAY + HOUR);
    }
    expect(paidMor).to.equal(owedMor);
    await expect(diamond.claimSessionCredits(market.provider, ALL)).to.be.revertedWithCustomError(
      diamond,
      'NothingVested',
    );
  });
});
