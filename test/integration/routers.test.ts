import { expect } from 'chai';
import { ethers } from 'hardhat';
import type { Contract } from 'ethers';
import type { HardhatEthersSigner } from '@nomicfoundation/hardhat-ethers/signers';
import type { Answer } from '@yellowstone/protocol' with { 'resolution-mode': 'import' };
import {
  DEPOSIT_MOR,
  clockTo,
  expectFall,
  fundDeposits,
  handmadeBook,
  sealedBook,
  shownOf,
  type BookPart,
  type SealedBook,
} from '../fixtures/books';
import {
  ACCESS_STAKE_MOR,
  BOND_MOR,
  BookStatus,
  DEMAND_SECONDS,
  FINALITY_SECONDS,
  Fault,
  RouterState,
  TOKEN_PRICE_MOR,
  answerOf,
  bookOf,
  commitAndSeal,
  commitOf,
  computeMarket,
  providerProofOf,
  type BookTree,
  type ComputeMarket,
} from '../fixtures/compute';
import { today } from '../fixtures/days';
import { wordOf } from '../fixtures/errors';
import { DAY, HOUR, MOR, Purpose, load, time } from '../fixtures/market';
import { treasuryOf } from '../fixtures/money';
import { ownerOf } from '../fixtures/owner';
import { Mood, walletOf } from '../fixtures/wallets';

let market: ComputeMarket;
let diamond: ComputeMarket['diamond'];
let owner: ComputeMarket['diamond'];
let day: number;

const setUp = async (): Promise<void> => {
  market = await load(computeMarket);
  diamond = market.diamond;
  owner = diamond.connect(await ownerOf(market));
  await fundDeposits(market, [market.stranger, market.router]);
  day = await today();
};

const nextDay = async (): Promise<void> => {
  await time.increaseTo(((await today()) + 1) * DAY + HOUR);
  await diamond.openDay();
  day = await today();
};
const seal = async (book: BookTree): Promise<SealedBook> => ({
  day,
  book,
  sealedAt: await commitAndSeal(market, book, { day }),
});
const claim = (book: BookTree, index = 0, ofDay = day) =>
  diamond.claimRequestCredits(market.router, ofDay, providerProofOf(book.claims[index]!));
const cancel = async (): Promise<void> => {
  await diamond.connect(market.guardian).holdRouter(market.router);
  await owner.cancelRouter(market.router);
};

describe('routers that lie', () => {
  beforeEach(setUp);

  it('cannot make a withheld book final by being cancelled after the demand was due', async () => {
    const { router, stranger } = market;
    const sealed = await sealedBook(market);
    await diamond.connect(stranger).demandAnswer(router, day, 0n);
    await clockTo(sealed, FINALITY_SECONDS + 1);
    await cancel();
    await diamond.connect(router).endDemand(router, day, 0n);
    expect((await diamond.getDayBook(router, day)).status).to.equal(BookStatus.Fallen);
    await expect(claim(sealed.book)).to.be.revertedWithCustomError(diamond, 'DayBookIsFallen').withArgs(router, day);
  });

  it('cannot take all places for demands themselves', async () => {
    const { router, stranger } = market;
    const sealed = await sealedBook(market);
    const { book } = sealed;
    for (let i = 0n; i < 256n; i++) await diamond.connect(router).demandAnswer(router, day, i);
    const positionMor = book.totalMor - 1n;
    await diamond.connect(stranger).demandAnswer(router, day, positionMor);
    await clockTo(sealed, 2 * DEMAND_SECONDS + 1);
    await expectFall(market, () => diamond.endDemand(router, day, positionMor), {
      day,
      book,
      fault: Fault.Withheld,
      challenger: stranger,
      depositMor: DEPOSIT_MOR,
    });
  });

  it('cannot take the bond away while a book can fall', async () => {
    const { router } = market;
    const book = bookOf(market, [await answerOf(market)], { day });
    await diamond.connect(router).commitDay(commitOf(book, day));
    await diamond.connect(router).leaveRouter();
    await time.increaseTo((day + 2) * DAY);
    await diamond.sealDay(router, day);
    await diamond.connect(market.guardian).holdRouter(router);
    await time.increase(7 * DAY - 10);
    await expect(diamond.withdrawBond(router))
      .to.be.revertedWithCustomError(diamond, 'BondCoversBooks')
      .withArgs(book.totalMor);
    await owner.releaseRouter(router);
    await expect(diamond.withdrawBond(router)).to.be.revertedWithCustomError(diamond, 'BondCoversBooks');
    await time.increase(FINALITY_SECONDS);
    await diamond.withdrawBond(router);
    expect((await diamond.getRouter(router)).state).to.equal(RouterState.Left);
    await claim(book);
  });

  it('lose the bond once: the second book falls without a reward', async () => {
    const parts = (answer: Answer): BookPart[] => [
      { provider: market.provider.address, answers: [{ ...answer, amountMor: answer.amountMor + 1n }] },
    ];
    const firstDay = day;
    const first = handmadeBook(market, parts(await answerOf(market)), { day });
    await diamond.connect(market.router).commitDay(commitOf(first, day));
    await nextDay();
    const second = handmadeBook(market, parts(await answerOf(market)), { day });
    await diamond.connect(market.router).commitDay(commitOf(second, day));
    const as = diamond.connect(market.stranger);
    await as.challengeAnswer(market.router, firstDay, ...shownOf(market, first));
    expect((await diamond.getRouter(market.router)).openMor).to.equal(second.totalMor);
    // Nobody commits to it any more, but it is sealed and judged as any other.
    await time.increaseTo((day + 2) * DAY);
    await diamond.sealDay(market.router, day);
    await expectFall(market, () => as.challengeAnswer(market.router, day, ...shownOf(market, second)), {
      day,
      book: second,
      fault: Fault.AmountWrong,
      challenger: market.stranger,
    });
    expect((await diamond.getRouter(market.router)).bondMor).to.equal(0);
  });
});

describe('scenario 15: claims that are no claims', () => {
  beforeEach(setUp);

  /** Little above what the chain takes for the call data alone. */
  const GAS = 220_000n;
  const node = { hash: ethers.ZeroHash, sumMor: 0n };

  it('a leaf is paid once', async () => {
    const { book, sealedAt } = await sealedBook(market);
    await time.increaseTo(sealedAt + FINALITY_SECONDS);
    await claim(book);
    const poolMor = (await treasuryOf(market)).Pool;
    await expect(claim(book)).to.be.revertedWithCustomError(diamond, 'AlreadyClaimed');
    await diamond.claimRequestCreditsBatch(market.router, day, [providerProofOf(book.claims[0]!)]);
    expect((await treasuryOf(market)).Pool).to.equal(poolMor);
  });

  it('an inner node is no leaf', async () => {
    const parts = ['01', '02', '03', '04'].map((text) => ({
      provider: ethers.zeroPadValue(`0x${text}`, 20),
      dayMor: 10n,
    }));
    const book = handmadeBook(market, parts, { day });
    await seal(book);
    await time.increase(FINALITY_SECONDS);
    // The parent of the first two leaves, shown as a leaf one level above.
    const [first, second] = book.claims;
    const proof = {
      leaf: { provider: first!.leaf.provider, dayMor: 20n, receiptsRoot: second!.leaf.receiptsRoot },
      index: 0n,
      siblings: [first!.siblings[1]!],
    };
    await expect(diamond.claimRequestCredits(market.router, day, proof))
      .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
      .withArgs(1, 2);
    await expect(
      diamond.claimRequestCredits(market.router, day, { ...proof, siblings: [node, first!.siblings[1]!] }),
    ).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
  });

  it('proofs of length 0, 1 and 256 are refused for little gas', async () => {
    const { book, sealedAt } = await sealedBook(market);
    const parts = [{ provider: market.provider.address, dayMor: 5n }];
    await time.increaseTo(sealedAt + FINALITY_SECONDS);
    const proof = providerProofOf(book.claims[0]!);
    for (const length of [0, 256]) {
      const siblings = Array.from({ length }, () => node);
      await expect(
        diamond.claimRequestCredits.staticCall(market.router, day, { ...proof, siblings }, { gasLimit: GAS }),
      )
        .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
        .withArgs(length, 1);
    }
    await diamond.openDay();
    day = await today();
    const single = handmadeBook(market, parts, { day });
    await seal(single);
    await time.increase(FINALITY_SECONDS);
    await expect(
      diamond.claimRequestCredits.staticCall(
        market.router,
        day,
        { ...providerProofOf(single.claims[0]!), siblings: [node] },
        { gasLimit: GAS },
      ),
    )
      .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
      .withArgs(1, 0);
    await claim(single);
  });

  it('an answer with a proof of 256 levels is refused for little gas', async () => {
    const { book } = await sealedBook(market);
    const [provider, answer] = shownOf(market, book);
    const siblings = Array.from({ length: 256 }, () => node);
    await expect(
      diamond.challengeAnswer.staticCall(market.router, day, provider, { ...answer, siblings }, { gasLimit: 2n * GAS }),
    )
      .to.be.revertedWithCustomError(diamond, 'ProofLengthInvalid')
      .withArgs(256, 40);
  });

  it('a leaf that stands in the tree twice pays once and lets the book fall', async () => {
    const part = { provider: market.provider.address, dayMor: 5n };
    const book = handmadeBook(market, [part, part], { day });
    const sealed = await seal(book);
    const twice = book.claims.map((one) => providerProofOf(one));
    await expect(diamond.challengeOrder.staticCall(market.router, day, twice[0]!, twice[1]!)).not.to.be.reverted;
    await time.increaseTo(sealed.sealedAt + FINALITY_SECONDS);
    await diamond.claimRequestCreditsBatch(market.router, day, twice);
    expect((await diamond.getDayBook(market.router, day)).claimedMor).to.equal(5);
    await expect(claim(book, 1)).to.be.revertedWithCustomError(diamond, 'AlreadyClaimed');
  });

  it('a leaf without an amount is not paid', async () => {
    const parts = [
      { provider: market.provider.address, dayMor: 5n },
      { provider: market.otherProvider.address, dayMor: 0n },
    ];
    const book = handmadeBook(market, parts, { day });
    await seal(book);
    await time.increase(FINALITY_SECONDS);
    await expect(claim(book, 1)).to.be.revertedWithCustomError(diamond, 'ZeroValue').withArgs(wordOf('dayMor'));
  });
});

describe('scenario 17: a router key is stolen for 24 h', () => {
  let thief: string;
  let capMor: bigint;

  beforeEach(async () => {
    await setUp();
    thief = market.delegate.address;
    capMor = await diamond.requestCap(market.router, day);
  });

  /** Credits for the thief's provider up to the cap of the day; nothing behind them is true. */
  const invented = async (totalMor = capMor): Promise<BookTree> => {
    const answer = await answerOf(market, { user: market.user, tokens: capMor / TOKEN_PRICE_MOR });
    const parts = [{ provider: thief, answers: [answer], dayMor: totalMor }];
    return handmadeBook(market, parts, { day, totalMor: capMor });
  };
  const nothingLost = async (book: BookTree, poolBeforeMor: bigint): Promise<void> => {
    expect((await treasuryOf(market)).Pool).to.be.at.least(poolBeforeMor);
    expect(await market.mor.balanceOf(thief)).to.equal(0);
    await time.increase(3 * FINALITY_SECONDS);
    await expect(claim(book)).to.be.revertedWithCustomError(diamond, 'DayBookIsFallen');
  };

  it('invented credits fall by a challenge and the bond pays', async () => {
    const answer = await answerOf(market, { tokens: capMor / TOKEN_PRICE_MOR });
    const book = handmadeBook(market, [{ provider: thief, answers: [answer] }], { day });
    const poolMor = (await treasuryOf(market)).Pool;
    await seal(book);
    await expectFall(
      market,
      () => diamond.connect(market.stranger).challengeAnswer(market.router, day, ...shownOf(market, book)),
      { day, book, fault: Fault.OtherProvider, challenger: market.stranger },
    );
    await nothingLost(book, poolMor + BOND_MOR - 100n * MOR);
    await diamond.openDay();
    await expect(
      diamond.connect(market.router).commitDay({ ...commitOf(book, await today()) }),
    ).to.be.revertedWithCustomError(diamond, 'RouterNotAdmitted');
  });

  it('sums that do not add up fall by a challenge', async () => {
    const book = await invented(capMor - 1n);
    const poolMor = (await treasuryOf(market)).Pool;
    await seal(book);
    await expectFall(
      market,
      () => diamond.connect(market.stranger).challengeLeaf(market.router, day, providerProofOf(book.claims[0]!)),
      { day, book, fault: Fault.SumsDoNotAddUp, challenger: market.stranger },
    );
    await nothingLost(book, poolMor);
  });

  it('leaves that are withheld fall by a demand', async () => {
    const book = await invented();
    const poolMor = (await treasuryOf(market)).Pool;
    const sealed = await seal(book);
    await diamond.connect(market.stranger).demandAnswer(market.router, day, capMor / 2n);
    // The receipts do not carry what the leaf says, so nothing can be shown.
    await expect(
      diamond.showAnswer(market.router, day, capMor / 2n, ...shownOf(market, book)),
    ).to.be.revertedWithCustomError(diamond, 'ProofInvalid');
    await clockTo(sealed, 2 * DEMAND_SECONDS + 1);
    await expectFall(market, () => diamond.endDemand(market.router, day, capMor / 2n), {
      day,
      book,
      fault: Fault.Withheld,
      challenger: market.stranger,
      depositMor: DEPOSIT_MOR,
    });
    await nothingLost(book, poolMor);
  });

  it('a hold keeps everything from being paid, and the owner takes the bond', async () => {
    const book = await invented();
    const poolMor = (await treasuryOf(market)).Pool;
    await seal(book);
    await cancel();
    await diamond.dropDay(market.router, day);
    await owner.slashRouter(market.router, BOND_MOR, ethers.id('stolen'));
    await nothingLost(book, poolMor + BOND_MOR);
  });

  it('if nobody looks, the loss is the cap of the day, at most the bond, and the bond pays it back', async () => {
    const book = handmadeBook(market, [{ provider: thief, dayMor: capMor }], { day });
    const poolMor = (await treasuryOf(market)).Pool;
    await seal(book);
    await time.increase(FINALITY_SECONDS);
    await claim(book);
    const lostMor = poolMor - (await treasuryOf(market)).Pool;
    expect(lostMor).to.equal(capMor);
    expect(lostMor).to.be.at.most(BOND_MOR);
    await owner.slashRouter(market.router, BOND_MOR, ethers.id('stolen'));
    expect((await treasuryOf(market)).Pool).to.be.at.least(poolMor);
  });
});

describe('scenario 17b: honest routers are attacked', () => {
  beforeEach(setUp);

  /** Everything of an honest book against which anything could be shown. */
  const expectUnhurt = async (book: BookTree): Promise<void> => {
    const { router, stranger } = market;
    const as = diamond.connect(stranger);
    const noFault = (call: Promise<unknown>) =>
      expect(call).to.be.revertedWithCustomError(diamond, 'NoFault').withArgs(router, day);
    const places = book.providers.flatMap(({ receipts }, i) => receipts.map((_, j) => [i, j] as const));
    for (const place of places) {
      await noFault(as.challengeAnswer(router, day, ...shownOf(market, book, ...place)));
      for (const other of places.filter((one) => one !== place)) {
        const shown = [...shownOf(market, book, ...place), ...shownOf(market, book, ...other)] as const;
        await noFault(as.challengeAnswers(router, day, ...shown));
      }
    }
    const proofs = book.claims.map((one) => providerProofOf(one));
    for (const [i, proof] of proofs.entries()) {
      await noFault(as.challengeLeaf(router, day, proof));
      for (const later of proofs.slice(i + 1)) await noFault(as.challengeOrder(router, day, proof, later));
    }
  };

  /** What people can do after an answer was credited, on the same day or once the book is sealed. */
  const ATTACKS: Record<string, () => Promise<unknown>> = {
    'users take their stake back': async () => {
      await diamond.connect(market.user).unstake(Purpose.Access, ACCESS_STAKE_MOR);
      await diamond.connect(market.otherUser).unstake(Purpose.Access, ACCESS_STAKE_MOR);
    },
    'users revoke their keys': async () => {
      for (const account of [market.user, market.otherUser]) {
        await diamond.connect(account).revokeKey(market.keys.get(account.address)!);
      }
    },
    'the router revokes its key': () =>
      diamond.connect(market.router).revokeKey(market.keys.get(market.router.address)!),
    'providers revoke their keys': async () => {
      for (const account of [market.provider, market.otherProvider]) {
        await diamond.connect(account).revokeKey(market.keys.get(account.address)!);
      }
    },
    'the share of the router goes to zero': () => owner.setRouterShare(market.router, 0),
    'the router leaves': () => diamond.connect(market.router).leaveRouter(),
    'price ranges move away': async () => {
      await owner.setMinMaxPricePerToken(1_000n * TOKEN_PRICE_MOR, 2_000n * TOKEN_PRICE_MOR);
      await owner.setMinMaxBidPricePerSecond(1_000n * MOR, 2_000n * MOR);
    },
    'minimums rise': async () => {
      await owner.providerSetMinStake(10_000n * MOR);
      await owner.modelSetMinStake(10_000n * MOR);
      await owner.setSubnetMinimum(100_000n * MOR);
    },
    'parameters of the pool change': () => owner.setPoolParameters(0, 0, MOR),
    'reference and quote change': async () => {
      await owner.setQuote(10n ** 20n, 10n ** 15n);
      await owner.setReference(1, 1n, 1);
    },
    'the model is retired': () => diamond.connect(market.provider).modelRetire(market.modelId),
    'bids are deleted': async () => {
      await diamond.connect(market.provider).deleteModelBid(market.tokenBidId);
      await diamond.connect(market.otherProvider).deleteModelBid(market.otherTokenBidId);
    },
    'bids are repriced': async () => {
      await diamond.connect(market.provider).repriceBid(market.tokenBidId, TOKEN_PRICE_MOR / 2n);
      await diamond.connect(market.otherProvider).repriceBid(market.otherTokenBidId, TOKEN_PRICE_MOR * 2n);
    },
    'providers leave': async () => {
      await diamond.connect(market.otherProvider).deleteModelBid(market.otherTokenBidId);
      await diamond.connect(market.otherProvider).providerDeregister(market.otherProvider);
    },
    'providers are slashed': () => owner.slashProvider(market.provider, 100n * MOR, ethers.id('reason')),
    'the router is held and released': async () => {
      await diamond.connect(market.guardian).holdRouter(market.router);
      await time.increase(HOUR);
      await owner.releaseRouter(market.router);
    },
  };
  const answersOf = async (): Promise<Answer[]> => {
    const { otherUser, otherProvider } = market;
    return [
      await answerOf(market, { tokens: 500_000n }),
      await answerOf(market, { user: otherUser, provider: otherProvider, tokens: 2_000_000n }),
      await answerOf(market, { tokens: 700_000n, runningMor: 1_200_000n * TOKEN_PRICE_MOR, runningNumber: 2n }),
    ];
  };

  Object.entries(ATTACKS).forEach(([name, attack]) => {
    it(`scenario 17b: ${name}, on the day and after sealing -> no challenge succeeds, all is paid`, async () => {
      const book = bookOf(market, await answersOf(), { day });
      for (const isEarly of [true, false]) {
        market = await load(computeMarket);
        owner = diamond.connect(await ownerOf(market));
        await time.increase(2 * HOUR);
        await diamond.connect(market.router).commitDay(commitOf(book, day));
        if (isEarly) await attack();
        await time.increaseTo((day + 2) * DAY);
        await diamond.sealDay(market.router, day);
        if (!isEarly) await attack();
        await expectUnhurt(book);
        await time.increase(2 * FINALITY_SECONDS);
        for (const [i, { leaf }] of book.claims.entries()) {
          await expect(claim(book, i)).to.emit(diamond, 'RequestCreditsClaimed');
          expect(await diamond.isClaimed(market.router, day, leaf.provider)).to.equal(true);
        }
        expect((await diamond.getDayBook(market.router, day)).claimedMor).to.equal(book.totalMor);
      }
    });
  });

  it('scenario 17b: a user at the cap takes all stake back within the second -> no challenge succeeds', async () => {
    const capMor = await diamond.userMaxMor(market.user, market.router, day);
    const answers = [await answerOf(market, { tokens: capMor / TOKEN_PRICE_MOR, runningMor: capMor })];
    const book = bookOf(market, answers, { day });
    await diamond.connect(market.user).unstake(Purpose.Access, ACCESS_STAKE_MOR);
    await seal(book);
    await diamond.connect(market.user).withdrawStake();
    await expectUnhurt(book);
  });

  it('scenario 17b: a contract wallet that changes its mind -> no challenge succeeds', async () => {
    const wallet = await walletOf(market);
    await wallet.call('stake', [Purpose.Access, 10_000n * MOR]);
    const key = new ethers.Wallet(ethers.id('key of a wallet'));
    const until = (await time.latest()) + 30 * DAY;
    const { protocol, domain } = market;
    const registration = protocol.keyRegistration(domain, {
      owner: protocol.parseAddress(wallet.address),
      key: protocol.parseAddress(key.address),
      validUntil: BigInt(until),
    });
    await wallet.call('registerKey', [key.address, until, await protocol.sign(key, registration)]);
    const keys = new Map([...market.keys, [wallet.address, key]]);
    const user = { address: wallet.address } as HardhatEthersSigner;
    const answer = await answerOf({ ...market, keys }, { user });
    const book = bookOf(market, [answer], { day });
    await seal(book);
    for (const mood of Object.values(Mood)) {
      await wallet.contract.getFunction('setMood')(mood);
      await expectUnhurt(book);
    }
    await wallet.call('revokeKey', [key.address]);
    await expectUnhurt(book);
  });
});

describe('scenario 17c: a user always reports one token', () => {
  beforeEach(setUp);

  it('the chain lets a router credit what both counted, not more', async () => {
    const reportOne = (tokens: bigint) => ({
      report: { tokens: 1n },
      credit: { tokens, amountMor: tokens * TOKEN_PRICE_MOR, runningMor: tokens * TOKEN_PRICE_MOR },
    });
    const honest = await answerOf(market, { tokens: 900n, change: reportOne(1n) });
    const greedy = await answerOf(market, { user: market.otherUser, tokens: 900n, change: reportOne(2n) });
    const book = handmadeBook(market, [{ provider: market.provider.address, answers: [honest, greedy] }], { day });
    await seal(book);
    expect(await diamond.findFault(market.router, day, ...shownOf(market, book, 0, 0))).to.equal(Fault.None);
    expect(await diamond.findFault(market.router, day, ...shownOf(market, book, 0, 1))).to.equal(Fault.TokensTooHigh);
  });

  it('the running sum may hold what was charged beyond the credits, up to UserMax', async () => {
    const capMor = await diamond.userMaxMor(market.user, market.router, day);
    const credit = { tokens: 1n, amountMor: TOKEN_PRICE_MOR };
    const change = (runningMor: bigint) => ({ report: { tokens: 1n }, credit: { ...credit, runningMor } });
    const within = await answerOf(market, { tokens: 900n, change: change(capMor) });
    const beyond = await answerOf(market, { tokens: 900n, runningNumber: 2n, change: change(capMor + 1n) });
    const book = handmadeBook(market, [{ provider: market.provider.address, answers: [within, beyond] }], { day });
    await seal(book);
    expect(await diamond.findFault(market.router, day, ...shownOf(market, book, 0, 0))).to.equal(Fault.None);
    expect(await diamond.findFault(market.router, day, ...shownOf(market, book, 0, 1))).to.equal(Fault.RunningAboveCap);
  });
});

describe('scenario 28: the launch incentive', () => {
  const LAUNCH_DAYS = 365;
  let launchDay: number;

  beforeEach(async () => {
    await setUp();
    launchDay = day + 1;
    await owner.setLaunchDay(launchDay);
    await owner.setRouterShare(market.otherRouter, 0);
    await owner.setRouterShare(market.router, 10_000);
    await nextDay();
  });

  const single = (dayMor: bigint) => handmadeBook(market, [{ provider: market.provider.address, dayMor }], { day });

  it('I31, scenario 28: the last second of day 365 has a pot, the first after it has none', async () => {
    const end = (launchDay + LAUNCH_DAYS) * DAY;
    await time.increaseTo(end - HOUR);
    await diamond.openDay();
    day = await today();
    await time.setNextBlockTimestamp(end - 1);
    await diamond.connect(market.router).commitDay(commitOf(single(1_000n), day));
    expect((await diamond.getDayBook(market.router, day)).places).to.equal(100);
    // The day counts, not the second of the commit.
    await time.setNextBlockTimestamp(end);
    await diamond.connect(market.router).commitDay(commitOf(single(2_000n), day));
    expect((await diamond.getDayBook(market.router, day)).potMor).to.be.greaterThan(0);
    await time.setNextBlockTimestamp(end + 1);
    await diamond.openDay();
    const lastDay = day;
    const last = single(2_000n);
    day = await today();
    await diamond.connect(market.router).commitDay(commitOf(single(1_000n), day));
    const after = await diamond.getDayBook(market.router, day);
    expect([after.potMor, after.places]).to.deep.equal([0n, 0n]);
    const first = single(1_000n);
    await time.increaseTo((day + 2) * DAY);
    await diamond.sealDay(market.router, day);
    await time.increase(FINALITY_SECONDS);
    // At most what was earned.
    await expect(claim(last, 0, lastDay))
      .to.emit(diamond, 'RequestCreditsClaimed')
      .withArgs(market.router, lastDay, market.provider, 2_000, 2_000, 4_000, 0);
    await expect(claim(first))
      .to.emit(diamond, 'RequestCreditsClaimed')
      .withArgs(market.router, day, market.provider, 1_000, 0, 1_000, 0);
  });

  it('I31, scenario 28: of 101 providers 100 share, ties go to the lower address', async () => {
    await market.mor.mint(market.user, 10n ** 25n);
    await market.mor.connect(market.user).approve(diamond, 10n ** 25n);
    await diamond.connect(market.user).stake(Purpose.Access, 5n * 10n ** 24n);
    // Rising addresses; the last three earn the same.
    const parts = Array.from({ length: 101 }, (_, i) => ({
      provider: ethers.getAddress(ethers.toBeHex(0x1000 + i, 20)),
      dayMor: i < 98 ? 5n * MOR - BigInt(i) : MOR,
    }));
    const book = handmadeBook(market, parts, { day });
    await seal(book);
    for (const [left, right] of [
      [97, 98],
      [98, 99],
      [99, 100],
    ] as const) {
      const proofs = [left, right].map((i) => providerProofOf(book.claims[i]!));
      await expect(diamond.challengeOrder(market.router, day, proofs[0]!, proofs[1]!)).to.be.revertedWithCustomError(
        diamond,
        'NoFault',
      );
    }
    await time.increase(FINALITY_SECONDS);
    const { potMor, totalMor } = await diamond.getDayBook(market.router, day);
    const { ARBITRUM_SCHEDULE, scheduledTotalOfDay } = market.protocol;
    expect(potMor).to.equal((scheduledTotalOfDay(ARBITRUM_SCHEDULE, BigInt(day)) * 240n) / 10_000n);
    let paidMor = 0n;
    for (const [i, { leaf }] of book.claims.entries()) {
      const partMor = (potMor * leaf.dayMor) / totalMor;
      const incentiveMor = i >= 100 ? 0n : partMor < leaf.dayMor ? partMor : leaf.dayMor;
      await expect(claim(book, i))
        .to.emit(diamond, 'RequestCreditsClaimed')
        .withArgs(market.router, day, leaf.provider, leaf.dayMor, incentiveMor, leaf.dayMor + incentiveMor, 0);
      paidMor += incentiveMor;
    }
    expect(paidMor).to.be.at.most(potMor);
    expect(paidMor).to.be.greaterThan((potMor * 95n) / 100n);
  });

  it('scenario 28: a ring with idle stake gets at most what it earned, twice in all', async () => {
    const book = single(7n);
    await seal(book);
    await time.increase(FINALITY_SECONDS);
    expect((await diamond.getDayBook(market.router, day)).potMor).to.be.greaterThan(100n * MOR);
    await claim(book);
    expect((await diamond.getPool()).paidMor).to.equal(14);
  });
});

describe('shares of many accounts', () => {
  beforeEach(setUp);

  it('scenario 54, I25: one MOR split over 1,000 accounts gives at most the caps of one', async () => {
    const eachMor = 10n * MOR + 7n;
    const COUNT = 1_000;
    const crowd = (await ethers.deployContract('Crowd')) as unknown as Contract;
    await market.mor.mint(crowd, eachMor * BigInt(COUNT));
    for (let i = 0; i < COUNT / 20; i++) await crowd.getFunction('split')(diamond, market.mor, 20, eachMor);
    const members = (await crowd.getFunction('members')()) as string[];
    const { budgetMor, supplyMor } = await diamond.getDay(day);
    const { maxTokens } = await diamond.getAccessDay(day);
    const wholeMor = eachMor * BigInt(COUNT);
    let [sumMor, sumTokens] = [0n, 0n];
    for (const member of members) {
      sumMor += await diamond.userMaxMor(member, market.router, day);
      sumTokens += await diamond.userMax(member, day);
    }
    expect(members.length).to.equal(COUNT);
    expect(sumMor).to.be.at.most((budgetMor * 6_000n * wholeMor) / (supplyMor * 10_000n));
    expect(sumMor).to.be.greaterThan((budgetMor * 6_000n * wholeMor) / (supplyMor * 10_000n) - BigInt(COUNT));
    expect(sumTokens).to.be.at.most((maxTokens * wholeMor) / supplyMor);
    const otherMor =
      (await diamond.userMaxMor(market.user, market.router, day)) +
      (await diamond.userMaxMor(market.otherUser, market.router, day));
    expect(sumMor + otherMor).to.be.at.most(await diamond.requestCap(market.router, day));
  });

  it('scenario 55, I23: a user with an own provider gets at most the pro-rata share in 10 days', async () => {
    const { user, provider, router, otherRouter } = market;
    const earned = new Map<number, bigint>();
    let shareMor = 0n;
    const books: { router: HardhatEthersSigner; day: number; book: BookTree }[] = [];
    for (let i = 0; i < 10; i++) {
      const { budgetMor, supplyMor } = await diamond.getDay(day);
      shareMor += (budgetMor * ACCESS_STAKE_MOR) / supplyMor;
      for (const at of [router, otherRouter]) {
        const capMor = await diamond.userMaxMor(user, at, day);
        const tokens = capMor / TOKEN_PRICE_MOR;
        const book = bookOf(market, [await answerOf(market, { router: at, tokens })], { router: at, day });
        await diamond.connect(at).commitDay(commitOf(book, day));
        books.push({ router: at, day, book });
        earned.set(day, (earned.get(day) ?? 0n) + book.totalMor);
      }
      // Taking the stake back and staking it again on the same day gives nothing more.
      const before = await diamond.userMaxMor(user, router, day);
      await diamond.connect(user).unstake(Purpose.Access, MOR);
      await diamond.connect(user).stake(Purpose.Access, MOR);
      expect(await diamond.userMaxMor(user, router, day)).to.equal(before);
      await nextDay();
    }
    await time.increase(2 * DAY);
    for (const one of books.slice(-2)) await diamond.sealDay(one.router, one.day).catch(() => undefined);
    await time.increase(FINALITY_SECONDS);
    const paidBefore = (await diamond.getPool()).paidMor;
    for (const one of books) {
      await diamond.claimRequestCredits(one.router, one.day, providerProofOf(one.book.claims[0]!));
    }
    const paidMor = (await diamond.getPool()).paidMor - paidBefore + (await diamond.getRequestCredits(provider));
    expect(paidMor).to.equal([...earned.values()].reduce((sum, one) => sum + one, 0n));
    expect(paidMor).to.be.at.most(shareMor);
  });

  it('scenario 55: one token more than the share lets the book fall', async () => {
    const tokens = (await diamond.userMaxMor(market.user, market.router, day)) / TOKEN_PRICE_MOR + 1n;
    const book = bookOf(market, [await answerOf(market, { tokens })], { day });
    await seal(book);
    await expectFall(
      market,
      () => diamond.connect(market.stranger).challengeAnswer(market.router, day, ...shownOf(market, book)),
      { day, book, fault: Fault.RunningAboveCap, challenger: market.stranger },
    );
  });
});
