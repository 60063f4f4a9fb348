import { expect } from 'chai';
import { ethers } from 'hardhat';
import {
  type Address,
  buildSumTree,
  dayBookContext,
  parseAddress,
  parseBytes32,
  providerLeafNode,
} from '@yellowstone/protocol';
import type { Claim, Commit, DayRecord } from '../../scripts/simulate/record';
import { SCENARIO_NAMES, type ScenarioName } from '../../scripts/simulate/scenarios';
import { simulate } from '../../scripts/simulate/simulate';
import { defaultWorld, type World } from '../../scripts/simulate/world';
import { today } from '../fixtures/days';
import { emptyMarket, load, MOR, Purpose, time, type Market } from '../fixtures/market';
import { ownerOf } from '../fixtures/owner';

const DAYS = 30;
/** What the first user has; the i-th has i times as much, as the scenarios stake. */
const FUNDS_MOR = 1_000_000n * MOR;
const BOND_MOR = 50_000n * MOR;
const SHARES = [6_000n, 4_000n];

interface Stage extends Market {
  readonly world: World;
}

/** An empty pool on the eve of the launch: two bonded routers, six users with MOR. */
async function eveOfLaunch(): Promise<Stage> {
  const market = await emptyMarket();
  const { diamond, mor, rest, user, otherUser, stranger, delegate } = market;
  const owner = await ownerOf(market);
  const startDay = (await today()) + 1;
  await diamond.connect(owner).setLaunchDay(startDay);
  const [first, second, fifth, sixth] = rest;
  const routers = [first!, second!];
  for (const [i, router] of routers.entries()) {
    await diamond.connect(owner).admitRouter(router, SHARES[i]!);
    await mor.mint(router, BOND_MOR);
    await mor.connect(router).approve(diamond, BOND_MOR);
    await diamond.connect(router).bondRouter(router, BOND_MOR);
  }
  const users = [user, otherUser, stranger, delegate, fifth!, sixth!];
  for (const [i, account] of users.entries()) {
    await mor.mint(account, BigInt(i + 1) * FUNDS_MOR);
    await mor.connect(account).approve(diamond, ethers.MaxUint256);
  }
  const address = (account: { address: string }): Address => parseAddress(account.address);
  const usual = defaultWorld(BigInt(startDay));
  const world: World = {
    ...usual,
    baseSupplyMor: await mor.totalSupply(),
    participants: {
      ...usual.participants,
      routers: routers.map((router, i) => ({ router: address(router), shareBps: SHARES[i]! })),
      users: users.map(address),
    },
  };
  return { ...market, world };
}

async function atSecond(at: bigint): Promise<void> {
  await time.increaseTo(at);
}

/** A book's tree over leaves without receipts: nobody asks for those here. */
function treeOf({ world, diamond }: Stage, commit: Commit) {
  const place = { chainId: 31_337n, diamond: diamond.target as Address, router: commit.router, day: commit.day };
  const context = dayBookContext(place);
  const receiptsRoot = parseBytes32(ethers.id(`receipts ${world.startDay}`));
  const leaves = commit.leaves.map((leaf) => ({ ...leaf, receiptsRoot }));
  return { leaves, tree: buildSumTree(leaves.map((leaf) => providerLeafNode(context, leaf))) };
}

async function commitAll(stage: Stage, commits: readonly Commit[]): Promise<void> {
  for (const commit of commits) {
    const { tree } = treeOf(stage, commit);
    const { day, totalMor, totalTokens, answers } = commit;
    await stage.diamond
      .connect(await ethers.getSigner(commit.router))
      .commitDay({ day, root: tree.root.hash, totalMor, totalTokens, answers, depth: tree.depth });
  }
}

async function claimAll(stage: Stage, claims: readonly Claim[], books: ReadonlyMap<string, Commit>): Promise<void> {
  const requests = claims.map(({ router, day, index }) => {
    const { leaves, tree } = treeOf(stage, books.get(`${router} ${day}`)!);
    return { router, day, proof: { leaf: leaves[Number(index)]!, ...tree.proof(index) } };
  });
  for (const { router, day, proof } of requests) {
    const siblings = proof.siblings.map(({ hash, sumMor }) => ({ hash, sumMor }));
    await stage.diamond.claimRequestCredits(router, day, { ...proof, siblings });
  }
}

/** Does on chain what the record says, and gives what the chain shows. */
async function replay(stage: Stage, { day, inputs }: DayRecord, books: Map<string, Commit>) {
  const { diamond, mor, deployer } = stage;
  const { paidMor: paidBefore } = await diamond.getPool();
  await atSecond(inputs.openAt);
  await mor.mint(deployer, inputs.mintedMor);
  await mor.mint(diamond, inputs.arrivedMor);
  await diamond.openDay();
  for (const { at, user, kind, amountMor } of inputs.stakes) {
    if (BigInt(await time.latest()) < at) await atSecond(at);
    const asUser = diamond.connect(await ethers.getSigner(user));
    await (kind === 'stake' ? asUser.stake(Purpose.Access, amountMor) : asUser.unstake(Purpose.Access, amountMor));
  }
  for (const commit of inputs.lastCommits) books.set(`${commit.router} ${commit.day}`, commit);
  await atSecond(inputs.firstCommits[0]!.at);
  await commitAll(stage, inputs.firstCommits);
  if (inputs.claims.length > 0) await atSecond(inputs.claims[0]!.at);
  await claimAll(stage, inputs.claims, books);
  await atSecond(inputs.lastCommits[0]!.at);
  await commitAll(stage, inputs.lastCommits);

  const { poolMor, budgetMor, supplyMor } = await diamond.getDay(day);
  const { referencePriceMor, maxTokens } = await diamond.getAccessDay(day);
  const { balanceMor, owedMor, paidMor } = await diamond.getPool();
  const capMor = await Promise.all(
    stage.world.participants.routers.map(({ router }) => diamond.requestCap(router, day)),
  );
  return {
    poolMor,
    budgetMor,
    supplyMor,
    referencePriceMor,
    maxTokens,
    accessRate: await diamond.accessRate(day),
    capMor: capMor.reduce((sum, cap) => sum + cap, 0n),
    paidMor: paidMor - paidBefore,
    owedMor,
    balanceMor,
  };
}

describe('simulation against the contracts', () => {
  for (const scenario of SCENARIO_NAMES as readonly ScenarioName[]) {
    it(`${DAYS} days, ${scenario}: pool, budget, price, access, paid and owed are the model's [YS-060] [YS-063]`, async () => {
      const stage = await load(eveOfLaunch);
      const books = new Map<string, Commit>();
      for (const record of simulate({ days: DAYS, seed: 1, scenario, world: stage.world })) {
        const shown = await replay(stage, record, books);
        const { countedMor: _counted, creditedMor: _credited, incentiveMor: _incentive, ...expected } = record.outputs;
        expect(shown, `day ${record.day}`).to.deep.equal(expected);
      }
    }).timeout(600_000);
  }
});
