import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import hre from 'hardhat';
import { expect } from 'chai';
import { entriesOf, maskOf } from '../../scripts/operate/entries';
import { endPause, holdRouter, pauseEntries } from '../../scripts/operate/guardian';
import { proposeAdmission, proposeCancellation, proposeRelease } from '../../scripts/operate/router-proposals';
import { routerLines } from '../../scripts/operate/routers';
import { stateLines } from '../../scripts/operate/state';
import { executeProposal } from '../../scripts/upgrade/settle';
import { ownedDiamond, type Owned } from '../../scripts/upgrade/timelock';
import {
  BookStatus,
  RouterState,
  commitAndSeal,
  computeMarket,
  bookOf,
  answerOf,
  type ComputeMarket,
} from '../fixtures/compute';
import { today } from '../fixtures/days';
import { Op, fundedMarket, load } from '../fixtures/market';

describe('operating', () => {
  it('knows the entries by the bits of the contracts', () => {
    expect(maskOf('all')).to.equal(BigInt(Op.Register | Op.Bid | Op.Open | Op.Commit));
    expect(maskOf('register, open')).to.equal(BigInt(Op.Register | Op.Open));
    expect(entriesOf(maskOf('bid,commit'))).to.equal('bid, commit');
    expect(() => maskOf('close')).to.throw('no entry close; there are register, bid, open, commit and all');
  });

  it('pauses entries and ends the pause as the guardian', async () => {
    const { diamond } = await load(fundedMarket);
    const lines: string[] = [];
    await pauseEntries(hre, 'bid,open', (line) => lines.push(line));
    expect((await diamond.pauseState()).operations).to.equal(BigInt(Op.Bid | Op.Open));
    expect(await stateLines(hre)).to.satisfy((all: string[]) =>
      all.some((line) => /^paused +bid, open until/.test(line)),
    );
    await endPause(hre, (line) => lines.push(line));
    expect((await diamond.pauseState()).operations).to.equal(0n);
    expect(lines).to.include('paused: bid, open').and.include('nothing is paused');
  });

  it('shows what the pool holds and may pay', async () => {
    const { guardian } = await load(fundedMarket);
    const lines = (await stateLines(hre)).join('\n');
    expect(lines)
      .to.include(guardian.address)
      .and.include('300000.0 MOR')
      .and.match(/guard lets out +3000\.0 MOR now/);
  });
});

describe('operating routers', () => {
  let market: ComputeMarket;
  let router: string;
  let folder: string;
  let owned: Owned;
  const lines: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yellowstone-proposals-'));
    market = await load(computeMarket);
    router = market.router.address;
    lines.length = 0;
    owned = await ownedDiamond(hre, { folder, log: (line) => lines.push(line) });
  });

  afterEach(async () => rm(folder, { recursive: true }));

  const hold = () => holdRouter(hre, router, (line) => lines.push(line));
  const refused = async (action: Promise<unknown>): Promise<string> =>
    action.then(
      () => 'it was not refused',
      (reason: unknown) => (reason as Error).message,
    );
  const stateOf = async (account: string) => (await market.diamond.getRouter(account)).state;

  it('shows every router with share, bond and hold', async () => {
    const line = async (): Promise<string | undefined> => (await stateLines(hre)).find((each) => each.includes(router));
    expect(await line()).to.match(/admitted, share 6000 bps, bond 5000\.0 MOR, of it 0\.0 MOR for books/);
    await hold();
    expect(await line()).to.match(/held since 2024-.*, cancelled at 2024-/);
  });

  it('shows the books of a router that are not final', async () => {
    const day = await today();
    const book = bookOf(market, [await answerOf(market, { tokens: 500_000n })], { day });
    await commitAndSeal(market, book, { day });
    const shown = (await routerLines(hre, router)).join('\n');
    expect(shown).to.match(
      new RegExp(`book of ${day} +sealed, 0\\.05 MOR, claimed 0\\.0 MOR, final in 129600 s of its clock`),
    );
    expect(shown).to.include('6000 bps today, 6000 bps from tomorrow on').and.include('leaving           no');
    expect((await market.diamond.getDayBook(router, day)).status).to.equal(BookStatus.Sealed);
  });

  it('holds a router as the guardian and says until when the owner must decide', async () => {
    await hold();
    expect((await market.diamond.getRouter(router)).heldAt).not.to.equal(0n);
    expect(lines.join('\n')).to.match(/held: 0x\w+ is cancelled at 2024-.* unless the owner releases it before/);
  });

  it('refuses a hold that cannot succeed, with the reason', async () => {
    await hold();
    expect(await refused(hold())).to.match(/is held since 2024-/);
    await proposeRelease(owned, router);
    await executeProposal(owned);
    expect(await refused(hold())).to.match(/can be held again from 2024-.*: it was released before/);
    const { address } = market.stranger;
    expect(await refused(holdRouter(hre, address, () => {}))).to.equal(
      `${address} is unknown: only an admitted or a suspended router can be held`,
    );
  });

  it('releases and cancels by proposals of the owner, and only what is held', async () => {
    const other = market.otherRouter.address;
    expect(await refused(proposeRelease(owned, router))).to.equal(`${router} is admitted and not held`);
    await hold();
    await proposeRelease(owned, router);
    await executeProposal(owned);
    expect((await market.diamond.getRouter(router)).heldAt).to.equal(0n);
    await holdRouter(hre, other, () => {});
    await proposeCancellation(owned, other);
    await executeProposal(owned);
    expect(await stateOf(other)).to.equal(RouterState.Cancelled);
    expect(await refused(proposeCancellation(owned, other))).to.equal(`${other} is cancelled, for ever`);
    expect(await refused(proposeAdmission(owned, other, 1))).to.equal(`${other} is cancelled: it takes a new address`);
  });

  it('admits a router by a proposal, if its share is free', async () => {
    const { address } = market.stranger;
    expect(await refused(proposeAdmission(owned, address, 1))).to.equal(
      '10000 of 10000 bps are taken: 1 more are too many, see hardhat state',
    );
    expect(await refused(proposeAdmission(owned, router, 1))).to.equal(`${router} is admitted: it is there`);
    await market.diamond.connect(market.router).leaveRouter();
    await proposeAdmission(owned, address, 6_000);
    await executeProposal(owned);
    expect(await stateOf(address)).to.equal(RouterState.Admitted);
    expect(lines).to.include(`  call admitRouter(router = ${address}, shareBps = 6000) on the diamond`);
  });
});
