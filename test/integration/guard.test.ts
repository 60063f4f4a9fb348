import { expect } from 'chai';
import { deployments, ethers } from 'hardhat';
import type { BaseContract } from 'ethers';
import fc from 'fast-check';
import type { GuardEvent } from '@yellowstone/protocol';
import { CutAction } from '../../scripts/diamond/cuts';
import { readMany } from '../fixtures/batch';
import { midnight, today } from '../fixtures/days';
import { DAY, HOUR, MOR, Op, POOL_MOR, Purpose, load, openMarket, time, type OpenMarket } from '../fixtures/market';
import { surplusOf } from '../fixtures/money';
import { ownerOf } from '../fixtures/owner';
import { loadProtocol } from '../fixtures/protocol';
import { signApproval, termsOf } from '../fixtures/sessions';
import { bareWallet, callAll, through, walletOf, type Call, type Wallet } from '../fixtures/wallets';

const ALL = 2n ** 127n;
/** So that an hour's session costs a good part of a day's budget [MOR-wei per second]. */
const PRICE_MOR = MOR / 5n;

/** Claims of each size in scenario 11. */
const CLAIMS = 1_000;
/** Random phases in scenario 12; thousands more play against the bare guard (test/libraries/guard-phases.test.ts). */
const PHASES = Number(process.env['DIAMOND_PHASES'] ?? 60);
const PROVIDERS = 200;
/** So that a fortieth of three quarters of a day's budget is a session of some minutes [MOR-wei per second]. */
const CROWD_PRICE_MOR = MOR / 10n;
const BACKLOG_DAYS = 5;

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

/** The pool's history as an outsider sees it. */
async function poolEventsOf({ diamond }: OpenMarket): Promise<GuardEvent[]> {
  const kinds = { EmissionReceived: 'receive', PoolCredited: 'credit', PoolPaid: 'draw' } as const;
  const logs = await ethers.provider.getLogs({ address: await diamond.getAddress(), fromBlock: 0 });
  const events: GuardEvent[] = [];
  for (const log of logs) {
    const parsed = diamond.interface.parseLog(log);
    if (parsed === null || !(parsed.name in kinds)) continue;
    const { timestamp } = (await ethers.provider.getBlock(log.blockNumber))!; // the block of a log exists
    const kind = kinds[parsed.name as keyof typeof kinds];
    events.push({ t: BigInt(timestamp), kind, amount: parsed.args['amountMor'] as bigint });
  }
  return events;
}

interface Crowd extends OpenMarket {
  readonly providers: readonly Wallet[];
  readonly caller: Wallet;
}

/** What the wallet fixture and the crowd give to a provider beside its pay [MOR-wei]. */
const FUNDS_MOR = MOR / 5n;

/** 200 providers who served for five days, all credits vested, nothing paid; the first has a quarter of them. */
async function crowd(): Promise<Crowd> {
  const market = await openMarket();
  const { diamond, mor, modelId } = market;
  const target = await diamond.getAddress();
  const token = await mor.getAddress();
  const caller = await walletOf(market);
  const user = await walletOf(market);
  const providers: Wallet[] = [];
  for (let i = 0; i < PROVIDERS; i++) providers.push(await bareWallet(market));
  const on = (name: string, args: readonly unknown[]): Call => ({ target, data: caller.encode(name, args) });
  const ofToken = (name: 'transfer' | 'approve', to: string): Call => ({
    target: token,
    data: mor.interface.encodeFunctionData(name as 'transfer', [to, MOR]),
  });
  await callAll(
    caller,
    providers.flatMap((wallet) => [
      ofToken('transfer', wallet.address),
      through(wallet, ofToken('approve', target)),
      through(wallet, on('providerRegister', [wallet.address, MOR / 2n, 'host:4'])),
      through(wallet, on('postModelBid', [wallet.address, modelId, CROWD_PRICE_MOR])),
    ]),
  );
  const offers = await readMany(
    diamond as unknown as BaseContract,
    providers.map(({ address }) => ['getBidId', [address, modelId, 0]]),
  );
  const bidIds = offers.map(([bidId]) => bidId as string);

  await mor.mint(user.address, 20_000_000n * MOR);
  await user.call('stake', [Purpose.Session, 20_000_000n * MOR]);
  for (let day = 0; day < BACKLOG_DAYS; day++) {
    await diamond.openDay();
    const { remainingMor } = await diamond.getStake(user.address, Purpose.Session);
    const seconds = Number(remainingMor / CROWD_PRICE_MOR);
    const served = bidIds.slice(1).filter((_, i) => i % BACKLOG_DAYS === day);
    const sessions = [
      { bidId: bidIds[0]!, durationSeconds: Math.floor(seconds / 4) },
      ...served.map((bidId) => ({ bidId, durationSeconds: Math.floor((seconds * 3) / 4 / served.length) })),
    ];
    const calls: Call[] = [];
    for (const request of sessions) {
      const terms = await termsOf(
        { ...market, ...request, priceMor: CROWD_PRICE_MOR },
        { request: { ...request, maxStakeMor: 0 }, approval: { user: user.address } },
      );
      calls.push(on('openSession', [terms.request, terms.approval, '0x']));
    }
    await callAll(user, calls, 20);
    await time.increase(DAY);
  }
  await time.increaseTo(midnight(await today()) + 2 * DAY + HOUR);
  return { ...market, providers, caller };
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

  it('emission raises the limit of an hour in which it was used up, a slash does not', async () => {
    const owner = diamond.connect(await ownerOf(market));
    expect(await claim()).to.equal(POOL_MOR / 100n);
    expect(await claim()).to.equal(0n);
    await market.mor.mint(diamond, 5n * MOR);
    expect(await claim(), 'not before sync').to.equal(0n);
    await diamond.sync();
    expect(await claim(2n * MOR)).to.equal(2n * MOR);
    await owner.slashProvider(market.provider, MOR, ethers.id('reason'));
    expect(await claim()).to.equal(3n * MOR);
    expect(await claim()).to.equal(0n);
    expect((await diamond.getPool()).spentMor).to.equal(POOL_MOR / 100n + 5n * MOR);
  });

  it('what is slashed is part of the base once its hour is 24 hours old', async () => {
    const owner = diamond.connect(await ownerOf(market));
    await owner.slashProvider(market.provider, 50n * MOR, ethers.id('reason'));
    expect(await available()).to.equal(POOL_MOR / 100n);
    await time.increase(DAY);
    expect(await available()).to.equal(POOL_MOR / 100n);
    await time.increase(HOUR);
    expect(await available()).to.equal((POOL_MOR + 50n * MOR) / 100n);
  });

  it('scenario 11: 1,000 claims of 1 wei, 1,000 of a part, and one of the cap + 1 never pass the cap [YS-013]', async () => {
    const caller = await walletOf(market);
    const target = await diamond.getAddress();
    const claims = (maxMor: bigint): Call[] =>
      Array.from({ length: CLAIMS }, () => ({
        target,
        data: caller.encode('claimSessionCredits', [market.provider.address, maxMor]),
      }));
    const paidSince = async (beforeMor: bigint) => (await market.mor.balanceOf(market.provider)) - beforeMor;
    const beforeMor = await market.mor.balanceOf(market.provider);
    const capMor = await available();
    const partMor = capMor / BigInt(CLAIMS);
    const owedMor = await owed();
    await callAll(caller, claims(1n));
    expect(await paidSince(beforeMor)).to.equal(BigInt(CLAIMS));
    await callAll(caller, claims(partMor).slice(1));
    expect(await paidSince(beforeMor)).to.equal(BigInt(CLAIMS) + BigInt(CLAIMS - 1) * partMor);
    await callAll(caller, claims(partMor).slice(0, 1));
    expect(await paidSince(beforeMor), 'the last part does not fit any more').to.equal(capMor);
    expect(await claim(capMor + 1n)).to.equal(0n);
    expect(await owed()).to.equal(owedMor - capMor);
    expect(await surplusOf(market)).to.equal(0n);
  });

  it('scenario 12: after a payment at t0 nothing leaves before t0 + 24 h, whatever the phase of the hour [YS-010]', async () => {
    const protocol = await loadProtocol();
    const random = fc.sample(fc.nat(HOUR - 1), { numRuns: PHASES, seed: 12 });
    for (const phase of [0, 1, 1_800, HOUR - 1, ...random]) {
      market = await load(backlog);
      const t0 = Math.ceil((await time.latest()) / HOUR) * HOUR + HOUR + phase;
      await time.setNextBlockTimestamp(t0);
      const firstMor = await claim();
      expect(firstMor).to.equal(POOL_MOR / 100n);
      for (const seconds of [1, HOUR - phase - 1, HOUR - phase, HOUR - phase + 1, DAY - HOUR, DAY - 1, DAY]) {
        if (t0 + seconds <= (await time.latest())) continue;
        await time.setNextBlockTimestamp(t0 + seconds);
        expect(await claim(), `phase ${phase}, ${seconds} s later`).to.equal(0n);
      }
      await time.setNextBlockTimestamp(t0 - phase + DAY + HOUR);
      expect(await claim(), `phase ${phase}`).to.equal((POOL_MOR - firstMor) / 100n);
      const scheduledComputeOfDay = (day: bigint): bigint =>
        protocol.scheduledComputeOfDay(protocol.ARBITRUM_SCHEDULE, day);
      const rules = { guardBps: 100n, scheduledComputeOfDay };
      expect(protocol.guardViolations(await poolEventsOf(market), rules), `phase ${phase}`).to.deep.equal([]);
    }
  });

  it('scenario 13: a change, a pause and an upgrade inside a window keep what was counted [YS-012]', async () => {
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
    await owner.setPoolParameters(100, 100, MOR);
    await diamond.connect(market.guardian).pause(Op.Open | Op.Commit);
    const claims = await ethers.deployContract('ClaimFacet');
    const served = (await deployments.get('ClaimFacet')).address;
    const functionSelectors = [...(await diamond.facetFunctionSelectors(served))];
    const cut = { facetAddress: await claims.getAddress(), action: CutAction.Replace, functionSelectors };
    await owner.diamondCut([cut], ethers.ZeroAddress, '0x');
    expect((await diamond.getPool()).spentMor).to.equal(capMor / 2n);
    expect(await claim()).to.equal(capMor - capMor / 2n);
    expect(await claim()).to.equal(0n);
  });

  it('scenario 14: five days of 200 providers are worked off within the stated bound, one claiming every block', async () => {
    const { providers, caller } = await load(crowd);
    const target = await diamond.getAddress();
    const claimOf = (address: string): Call => ({
      target,
      data: caller.encode('claimSessionCredits', [address, ALL]),
    });
    const vestedOf = async (addresses: readonly string[]) =>
      (
        await readMany(
          diamond as unknown as BaseContract,
          addresses.map((each) => ['getSessionCredits', [each]]),
        )
      ).map(([vestedMor]) => vestedMor as bigint);
    const [greedy, ...others] = providers.map(({ address }) => address);
    const owedMor = Object.fromEntries(
      (await vestedOf(providers.map(({ address }) => address))).map((vested, i) => [providers[i]!.address, vested]),
    );
    const pool = await diamond.getPool();
    const total = Object.values(owedMor).reduce((sum, each) => sum + each, 0n);
    expect(pool.owedMor).to.equal(total);
    // Without emission 25 hours let out at least a hundredth of what is never owed, so this many times 25 h suffice.
    const leastMor = (pool.balanceMor - pool.owedMor) / 100n;
    const boundHours = 25 * Number((total + leastMor - 1n) / leastMor);
    expect(total).to.be.greaterThan(4n * pool.availableMor);

    const queue = [...others];
    let hours = 0;
    for (; queue.length > 0; hours++) {
      expect(hours, 'hours that somebody waits').to.be.at.most(boundHours);
      if ((await vestedOf([greedy!]))[0]! > 0n) await diamond.claimSessionCredits(greedy!, ALL);
      // One block each; who was not paid in full stays at the head.
      for (let turn = 0; turn < 5 && queue.length > 0 && (await available()) > 0n; turn++) {
        const heads = queue.slice(0, 20);
        await callAll(caller, [
          ...((await vestedOf([greedy!]))[0]! > 0n ? [claimOf(greedy!)] : []),
          ...heads.map(claimOf),
        ]);
        const left = await vestedOf(heads);
        queue.splice(0, heads.length, ...heads.filter((_, i) => left[i]! > 0n));
      }
      await time.increase(HOUR);
    }
    expect(hours).to.be.greaterThan(2 * 25);
    for (const [address, mor] of Object.entries(owedMor)) {
      if (address !== greedy) expect((await market.mor.balanceOf(address)) - FUNDS_MOR, address).to.equal(mor);
    }
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
