import { expect } from 'chai';
import {
  ACCESS_STAKE_MOR,
  FINALITY_SECONDS,
  answerOf,
  bookOf,
  commitOf,
  computeMarket,
  providerProofOf,
  TOKEN_PRICE_MOR,
  type ComputeMarket,
} from '../../fixtures/compute';
import { midnight, today } from '../../fixtures/days';
import { DAY, HOUR, MOR, Purpose, emptyMarket, fundedMarket, load, time, type Market } from '../../fixtures/market';
import { ownerOf } from '../../fixtures/owner';
import { commitPlain, openDayAhead } from '../../fixtures/routers';
import { setTotalSupply, writeState } from '../../fixtures/state-writer';

const Source = { Market: 0, Quoted: 1 } as const;
/** Reference price of the configuration [MOR-wei per T]. */
const START_PRICE_MOR = 10n ** 11n;
const CENTURY_SECONDS = 36_500 * DAY;

/**
 * The example of the founding paper: 10,000,000 MOR of which 5 and 500 are access stake, a budget of 3,000 MOR, $20 a
 * MOR, $0.002 per 1,000 T. One router has the whole budget. 01:00 UTC, the day is not open.
 */
async function paperMarket(): Promise<Market> {
  const market = await fundedMarket();
  const { diamond, user, otherUser, stranger } = market;
  const asOwner = diamond.connect(await ownerOf(market));
  await asOwner.admitRouter(stranger, 10_000);
  await asOwner.setReference(Source.Quoted, 1, 2 * DAY);
  await asOwner.setQuote(20n * 10n ** 18n, 2n * 10n ** 15n);
  await diamond.connect(user).stake(Purpose.Access, 5n * MOR);
  await diamond.connect(otherUser).stake(Purpose.Access, 500n * MOR);
  await time.increaseTo(midnight((await today()) + 1) + HOUR);
  const pool = {
    poolMor: 300_000n * MOR,
    owedMor: 0n,
    paidMor: 0n,
    priorComputePaidMor: 0n,
    spentMor: 0n,
    budgetBps: 100,
    guardBps: 100,
    emissionLaterSeconds: CENTURY_SECONDS,
  };
  await writeState(market, 'writePool', [pool]);
  // The guard can pay 3,000 MOR on this day, which the supply counts too.
  await setTotalSupply(market, 9_997_000n * MOR);
  return market;
}

describe('reads of AccessDayFacet', () => {
  describe('with the numbers of the founding paper', () => {
    for (const isOpen of [false, true]) {
      it(`give its answers, ${isOpen ? 'open' : 'not open'} (I24) [YS-060]`, async () => {
        const market = await load(paperMarket);
        const { diamond, user, otherUser, stranger } = market;
        if (isOpen) await diamond.openDay();
        const day = await today();
        const { budgetMor, supplyMor } = await diamond.getDay(day);
        expect([budgetMor, supplyMor]).to.deep.equal([3_000n * MOR, 10_000_000n * MOR]);
        expect(await diamond.getAccessDay(day)).to.deep.equal([START_PRICE_MOR, 30_000_000_000n, true]);
        expect(await diamond.accessRate(day)).to.equal(3_000n);
        for (const [account, stakeMor, tokens] of [
          [user, 5n * MOR, 15_000n],
          [otherUser, 500n * MOR, 1_500_000n],
          [stranger, 0n, 0n],
        ] as const) {
          expect(await diamond.userMax(account, day)).to.equal(tokens);
          expect(await diamond.userMaxMor(account, stranger, day)).to.equal(tokens * START_PRICE_MOR);
          const access = [30_000_000_000n, 3_000n, stakeMor, tokens, true];
          expect(await diamond.getAccess(account, day)).to.deep.equal(access);
        }
        expect(await diamond.requestCap(stranger, day)).to.equal(1_515_000n * START_PRICE_MOR);
      });
    }

    it('give the same for the same price set by the market', async () => {
      const market = await load(paperMarket);
      const asOwner = market.diamond.connect(await ownerOf(market));
      await asOwner.setReference(Source.Market, START_PRICE_MOR, 0);
      await asOwner.openDay();
      const access = [30_000_000_000n, 3_000n, 5n * MOR, 15_000n, false];
      expect(await asOwner.getAccess(market.user, await today())).to.deep.equal(access);
    });
  });

  describe('of a day', () => {
    it('are zero before it and if it was never opened', async () => {
      const { diamond, user, router } = await load(computeMarket);
      const day = await today();
      const opened = await openDayAhead({ diamond }, 2);
      for (const other of [0, day - 1, day + 1, opened + 1, 2 ** 24 - 1]) {
        expect(await diamond.getAccessDay(other)).to.deep.equal([0n, 0n, false]);
        expect(await diamond.accessRate(other)).to.equal(0n);
        expect(await diamond.userMax(user, other)).to.equal(0n);
        expect(await diamond.userMaxMor(user, router, other)).to.equal(0n);
      }
    });

    it('are zero while the pool is too small to open it', async () => {
      const { diamond, user, stranger } = await load(emptyMarket);
      const day = await today();
      await diamond.connect(user).stake(Purpose.Access, MOR);
      expect(await diamond.getAccessDay(day)).to.deep.equal([0n, 0n, false]);
      expect(await diamond.getAccess(user, day)).to.deep.equal([0n, 0n, MOR, 0n, false]);
      expect(await diamond.userMaxMor(user, stranger, day)).to.equal(0n);
    });

    it('tell before it is opened what opening it fixes, for good (I26) [YS-062]', async () => {
      const market = await load(computeMarket);
      const { diamond, user, router } = market;
      const asOwner = diamond.connect(await ownerOf(market));
      const day = (await today()) + 1;
      await time.increaseTo(midnight(day));
      const all = async () => [
        await diamond.getAccessDay(day),
        await diamond.getAccess(user, day),
        await diamond.userMaxMor(user, router, day),
        await diamond.requestCap(router, day),
      ];
      const before = await all();
      const [{ referencePriceMor, maxTokens }] = before as [Awaited<ReturnType<typeof diamond.getAccessDay>>];
      const tx = diamond.openDay();
      await expect(tx).to.emit(diamond, 'AccessDayOpened').withArgs(day, referencePriceMor, maxTokens);
      expect(await all()).to.deep.equal(before);
      await asOwner.setReference(Source.Market, 5n, 0);
      await asOwner.setPoolParameters(1, 1, 1);
      await asOwner.setRouterShare(router, 1);
      await market.mor.mint(diamond, 1_000n * MOR);
      await diamond.sync();
      expect(await all()).to.deep.equal(before);
      await openDayAhead(market, 4);
      expect(await all()).to.deep.equal(before);
    });

    it('count the highest access stake of the day, whatever left, and no session stake', async () => {
      const { diamond, user, otherUser } = await load(computeMarket);
      const day = await today();
      const { maxTokens } = await diamond.getAccessDay(day);
      const { supplyMor } = await diamond.getDay(day);
      const userMaxOf = (stakeMor: bigint) => (maxTokens * stakeMor) / supplyMor;
      await diamond.connect(user).stake(Purpose.Session, 5_000n * MOR);
      expect(await diamond.userMax(user, day)).to.equal(userMaxOf(ACCESS_STAKE_MOR));
      await diamond.connect(user).stake(Purpose.Access, 7n * MOR);
      await diamond.connect(user).unstake(Purpose.Access, ACCESS_STAKE_MOR);
      expect(await diamond.userMax(user, day)).to.equal(userMaxOf(ACCESS_STAKE_MOR + 7n * MOR));
      expect(await diamond.userMax(otherUser, day)).to.equal(userMaxOf(ACCESS_STAKE_MOR));
      await openDayAhead({ diamond }, 1);
      expect((await diamond.getAccess(user, day + 1)).countedMor).to.equal(7n * MOR);
      expect(await diamond.userMax(user, day)).to.equal(userMaxOf(ACCESS_STAKE_MOR + 7n * MOR));
    });
  });

  describe('of the cap in MOR', () => {
    it('part the budget by stake and by the share of the router, rounded down [YS-065]', async () => {
      const { diamond, user, otherUser, router, otherRouter, stranger } = await load(computeMarket);
      const day = await today();
      const { budgetMor, supplyMor } = await diamond.getDay(day);
      await diamond.connect(user).stake(Purpose.Access, 1n);
      const sumsMor = new Map<typeof router, bigint>();
      for (const [account, stakeMor] of [
        [user, ACCESS_STAKE_MOR + 1n],
        [otherUser, ACCESS_STAKE_MOR],
        [stranger, 0n],
      ] as const) {
        for (const [at, shareBps] of [
          [router, 6_000n],
          [otherRouter, 4_000n],
          [stranger, 0n],
        ] as const) {
          const capMor = (budgetMor * stakeMor * shareBps) / (supplyMor * 10_000n);
          expect(await diamond.userMaxMor(account, at, day)).to.equal(capMor);
          sumsMor.set(at, (sumsMor.get(at) ?? 0n) + capMor);
        }
      }
      for (const [at, sumOfUsers] of sumsMor) {
        expect(sumOfUsers).to.be.at.most(await diamond.requestCap(at, day));
      }
      const caps = [router, otherRouter].map((at) => diamond.requestCap(at, day));
      const sumMor = (await Promise.all(caps)).reduce((sum, capMor) => sum + capMor, 0n);
      expect(sumMor).to.be.at.most((budgetMor * (2n * ACCESS_STAKE_MOR + 1n)) / supplyMor);
    });

    it('leave room for what sessions may use of the same budget (I23)', async () => {
      const { diamond, user, otherUser, router, otherRouter } = await load(computeMarket);
      const day = await today();
      await diamond.connect(otherUser).stake(Purpose.Session, 800_000n * MOR);
      await diamond.connect(user).stake(Purpose.Access, 800_000n * MOR);
      const { remainingMor } = await diamond.getStake(otherUser, Purpose.Session);
      const capsMor = (await diamond.requestCap(router, day)) + (await diamond.requestCap(otherRouter, day));
      expect(remainingMor).to.be.greaterThan(0n);
      expect(remainingMor + capsMor).to.be.at.most((await diamond.getDay(day)).budgetMor);
    });

    it('give accounts that share a stake no more than one (scenario 54) [YS-061]', async () => {
      const market = await load(computeMarket);
      const { diamond, mor, user, otherUser, router, rest } = market;
      const day = await today();
      const parts = [1n, 3n * MOR + 7n, 11_111n * MOR, 13n, 500n * MOR];
      const accounts = rest.slice(5, 5 + parts.length);
      for (const [i, account] of accounts.entries()) {
        await mor.mint(account, parts[i]!); // one for each
        await mor.connect(account).approve(diamond, parts[i]!);
        await diamond.connect(account).stake(Purpose.Access, parts[i]!);
      }
      const wholeMor = parts.reduce((sum, part) => sum + part, 0n);
      await diamond.connect(otherUser).unstake(Purpose.Access, ACCESS_STAKE_MOR);
      const { supplyMor, budgetMor } = await diamond.getDay(day);
      const { maxTokens } = await diamond.getAccessDay(day);
      let tokens = 0n;
      let capMor = 0n;
      for (const account of accounts) {
        tokens += await diamond.userMax(account, day);
        capMor += await diamond.userMaxMor(account, router, day);
      }
      expect(tokens).to.be.at.most((maxTokens * wholeMor) / supplyMor);
      expect(capMor).to.be.at.most((budgetMor * wholeMor * 6_000n) / (supplyMor * 10_000n));
      expect(tokens + (await diamond.userMax(user, day))).to.be.at.most(maxTokens);
    });
  });

  describe('of a price set by the market', () => {
    let market: ComputeMarket;
    let diamond: ComputeMarket['diamond'];
    let day: number;

    beforeEach(async () => {
      market = await load(computeMarket);
      diamond = market.diamond;
      day = await today();
    });

    /** Seals the books of the day early on the next one, by its first commits. */
    const sealByNextDay = async (...routers: readonly ComputeMarket['router'][]) => {
      await openDayAhead(market, 1);
      for (const router of routers) await commitPlain(market, router, { totalMor: 1n });
    };
    /** Reference price of the day that is opened three days after the books. */
    const priceLater = async (seconds = HOUR): Promise<bigint> => {
      await time.increaseTo(midnight(day + 3) + seconds);
      await diamond.openDay();
      const { referencePriceMor, maxTokens } = await diamond.getAccessDay(day + 3);
      const { budgetMor } = await diamond.getDay(day + 3);
      expect(maxTokens).to.equal(budgetMor / referencePriceMor);
      return referencePriceMor;
    };

    it('are the average of the final books of all routers three days ago, rounded up [YS-063]', async () => {
      const { router, otherRouter } = market;
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 300_000_000n });
      await commitPlain(market, otherRouter, { totalMor: 10n * MOR, totalTokens: 7n });
      await sealByNextDay(router, otherRouter);
      expect(await priceLater()).to.equal((50n * MOR + 300_000_006n) / 300_000_007n);
    });

    it('count no book of another day', async () => {
      const { router } = market;
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 400_000n });
      await openDayAhead(market, 1);
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 400n });
      await openDayAhead(market, 1);
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 4n });
      expect(await priceLater()).to.equal(10n ** 14n);
      await openDayAhead(market, 1);
      expect((await diamond.getAccessDay(day + 4)).referencePriceMor).to.equal(10n ** 17n);
    });

    it('count no book that is not final yet [YS-063]', async () => {
      const { router, otherRouter } = market;
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 400_000n });
      await commitPlain(market, otherRouter, { totalMor: 40n * MOR, totalTokens: 4n });
      await sealByNextDay(router);
      await time.increaseTo(midnight(day + 2));
      await diamond.sealDay(otherRouter, day);
      const sealedAt = await time.latest();
      const early = await diamond.getAccessDay(day + 2);
      expect(early.referencePriceMor).to.equal(START_PRICE_MOR);
      await time.increaseTo(midnight(day + 3) + HOUR);
      expect((await diamond.getAccessDay(day + 3)).referencePriceMor).to.equal(10n ** 14n);
      await time.increaseTo(sealedAt + FINALITY_SECONDS - 1);
      expect((await diamond.getAccessDay(day + 3)).referencePriceMor).to.equal(10n ** 14n);
      await time.increase(1);
      expect((await diamond.getAccessDay(day + 3)).referencePriceMor).to.equal((80n * MOR + 400_003n) / 400_004n);
    });

    it('count no open book and no book of a router that is held', async () => {
      const { router, otherRouter } = market;
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 400_000n });
      await commitPlain(market, otherRouter, { totalMor: 40n * MOR, totalTokens: 4n });
      await openDayAhead(market, 1);
      await commitPlain(market, router, { totalMor: 1n });
      await diamond.connect(market.guardian).holdRouter(router);
      expect(await priceLater()).to.equal(START_PRICE_MOR);
    });

    it('count no book that fell', async () => {
      const { router, otherRouter } = market;
      const tokens = 400_000_000n;
      const book = bookOf(market, [await answerOf(market, { router: otherRouter, tokens })], {
        router: otherRouter,
        day,
      });
      await diamond.connect(otherRouter).commitDay({ ...commitOf(book, day), totalMor: book.totalMor + 1n });
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 400_000n });
      await sealByNextDay(router, otherRouter);
      await diamond.challengeLeaf(otherRouter, day, providerProofOf(book.claims[0]!)); // one provider
      expect(await priceLater()).to.equal(10n ** 14n);
    });

    it('need credits of at least one hundredth of the budget [YS-063]', async () => {
      const { router } = market;
      const { budgetMor } = await diamond.getDay(day);
      const leastMor = (budgetMor + 99n) / 100n;
      const snapshotOfPrice = async (totalMor: bigint) => {
        market = await load(computeMarket);
        await commitPlain(market, router, { totalMor, totalTokens: 1_000_000n });
        await sealByNextDay(router);
        return priceLater();
      };
      expect(await snapshotOfPrice(leastMor - 1n)).to.equal(START_PRICE_MOR);
      expect(await snapshotOfPrice(leastMor)).to.equal((leastMor + 999_999n) / 1_000_000n);
    });

    it('drift by 5 % of the way to the start price on every day that is opened [YS-063]', async () => {
      const { protocol } = market;
      const asOwner = diamond.connect(await ownerOf(market));
      let lastMor = START_PRICE_MOR;
      for (const startMor of [2n * START_PRICE_MOR, 3n, START_PRICE_MOR + 1n, 1n]) {
        await asOwner.setReference(Source.Market, startMor, 0);
        for (const daysAhead of [1, 2]) {
          const opened = await openDayAhead(market, daysAhead);
          lastMor = protocol.driftedPriceMor(lastMor, startMor);
          expect((await diamond.getAccessDay(opened)).referencePriceMor).to.equal(lastMor);
        }
      }
    });

    it('drift from the last market that there was', async () => {
      const { router, protocol } = market;
      await commitPlain(market, router, { totalMor: 40n * MOR, totalTokens: 400_000n });
      await sealByNextDay(router);
      const priceMor = await priceLater();
      const opened = await openDayAhead(market, 1);
      expect((await diamond.getAccessDay(opened)).referencePriceMor).to.equal(
        protocol.driftedPriceMor(priceMor, START_PRICE_MOR),
      );
      expect(priceMor).to.be.greaterThan(TOKEN_PRICE_MOR);
    });
  });

  describe('of quoted prices', () => {
    const MAX_AGE_SECONDS = 3 * DAY;
    /** $3 a MOR, 1,000 T for a trillionth of a dollar: the price rounds up from 333 1/3. */
    const QUOTE = { morPriceWad: 3n * 10n ** 18n, pricePer1000Wad: 10n ** 6n } as const;

    const quoted = async (): Promise<ComputeMarket> => {
      const market = await load(computeMarket);
      const asOwner = market.diamond.connect(await ownerOf(market));
      await asOwner.setReference(Source.Quoted, START_PRICE_MOR, MAX_AGE_SECONDS);
      return market;
    };

    it('are the start price until the first quote', async () => {
      const { diamond, user } = await quoted();
      const day = await openDayAhead({ diamond }, 1);
      const { budgetMor } = await diamond.getDay(day);
      expect(await diamond.getAccessDay(day)).to.deep.equal([START_PRICE_MOR, budgetMor / START_PRICE_MOR, false]);
      expect((await diamond.getAccess(user, day)).isTokenCapBinding).to.equal(false);
    });

    it('divide once, so that MaxT is not cut by the rounded price', async () => {
      const market = await quoted();
      const { diamond, protocol } = market;
      await diamond.connect(await ownerOf(market)).setQuote(QUOTE.morPriceWad, QUOTE.pricePer1000Wad);
      const day = await openDayAhead(market, 1);
      const { budgetMor } = await diamond.getDay(day);
      const maxTokens = protocol.quotedMaxTokens(budgetMor, QUOTE);
      expect(await diamond.getAccessDay(day)).to.deep.equal([334n, maxTokens, true]);
      expect(maxTokens).to.equal((budgetMor * 3n) / 1_000n);
    });

    it('are the last reference once the quote is older than the owner allows [YS-064]', async () => {
      const market = await quoted();
      const { diamond } = market;
      await diamond.connect(await ownerOf(market)).setQuote(QUOTE.morPriceWad, QUOTE.pricePer1000Wad);
      const quotedAt = await time.latest();
      const opened = await openDayAhead(market, 1);
      await diamond.connect(await ownerOf(market)).setQuote(30n * 10n ** 18n, QUOTE.pricePer1000Wad);
      const requotedAt = await time.latest();
      expect(requotedAt).to.be.greaterThan(quotedAt);
      await time.increaseTo(requotedAt + MAX_AGE_SECONDS);
      const day = await today();
      expect((await diamond.getAccessDay(day)).referencePriceMor).to.equal(34n);
      await time.increase(1);
      const { budgetMor } = await diamond.getDay(day);
      expect(await diamond.getAccessDay(day)).to.deep.equal([334n, budgetMor / 334n, false]);
      await diamond.openDay();
      expect(await diamond.getAccessDay(day)).to.deep.equal([334n, budgetMor / 334n, false]);
      expect((await diamond.getAccessDay(opened)).referencePriceMor).to.equal(334n);
    });

    it('leave the market where the last quote was', async () => {
      const market = await quoted();
      const { diamond, protocol } = market;
      const asOwner = diamond.connect(await ownerOf(market));
      await asOwner.setQuote(QUOTE.morPriceWad, QUOTE.pricePer1000Wad);
      await openDayAhead(market, 1);
      await asOwner.setReference(Source.Market, START_PRICE_MOR, 0);
      const day = await openDayAhead(market, 1);
      expect((await diamond.getAccessDay(day)).referencePriceMor).to.equal(
        protocol.driftedPriceMor(334n, START_PRICE_MOR),
      );
    });
  });
});
