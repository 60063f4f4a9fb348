import { BookStatus, RouterState } from '../../../fixtures/compute';
import { must, same } from './assert';
import { exposedMor, type Days, type WalkBook } from '../days/books';
import type { BookState } from '../days/state';
import type { State } from '../state';
import type { World } from '../world';
import { eventsOf, sum, type Check } from './check';

/** The launch incentive is this part of the day's whole emission [bps]. */
const POT_BPS = 240n;
const BPS = 10_000n;

const isPending = ({ status }: BookState): boolean => status === BookStatus.Open || status === BookStatus.Sealed;
const exposureOf = ({ totalMor, potMor }: BookState): bigint => exposedMor(totalMor, potMor);

/** The router behind a book, before or after the call. */
const routerOf = (days: Days, { routers }: State, i: number): State['routers'][number] | undefined =>
  routers.find(({ router }) => router === days.books[i]!.router.address);

/** A promise about day books; it holds where a walk has none. */
const ofDays = (name: string, holds: (days: Days, world: World, before: State, after: State) => void): Check => ({
  name,
  holds: (world, before, after) => {
    if (world.days !== undefined) holds(world.days, world, before, after);
  },
});

export const BOOKS: readonly Check[] = [
  ofDays('I15 bonds and open deposits are their bucket', (days, _, __, { buckets, routers }) => {
    const deposits = days.books.flatMap(({ demands }) => [...demands.values()]);
    const bondsMor = sum(routers.map(({ bondMor }) => bondMor));
    same(buckets.RouterBonds, bondsMor + sum(deposits.map(({ depositMor }) => depositMor)));
  }),
  ofDays('I19 a book credits at most its sum, each leaf once, and only once it is final', (days, _, __, { books }) => {
    books.forEach(({ status, totalMor, claimedMor, claims }, i) => {
      const { tree, claimed } = days.books[i]!;
      must(claimedMor <= totalMor, `book ${i}`);
      must(status === BookStatus.Final || claimedMor === 0n, `book ${i} paid before it was final`);
      const known = tree.claims.map(({ leaf }) => claimed.has(leaf.provider));
      same(claims, known, `claims of book ${i}`);
      const leaves = new Map(tree.claims.map(({ leaf }) => [leaf.provider as string, leaf.dayMor]).reverse() as never);
      const paidMor = sum([...claimed.keys()].map((provider) => leaves.get(provider) as bigint));
      must(claimedMor <= paidMor, `book ${i} credited more than the leaves that were claimed`);
    });
  }),
  ofDays('I20 books only grow until they are sealed, and what is not final is covered', (days, _, before, after) => {
    before.books.forEach((old, i) => {
      const now = after.books[i]!;
      must(now.totalMor >= old.totalMor, `book ${i} shrank`);
      if (old.status !== BookStatus.Open) same([now.root, now.totalMor], [old.root, old.totalMor], `book ${i}`);
    });
    for (const { router, state, bondMor, openMor } of after.routers) {
      const own = after.books.filter((_book, i) => days.books[i]!.router.address === router);
      must(openMor >= sum(own.filter(isPending).map(exposureOf)), `${router} has less open than its books`);
      if (state === RouterState.Admitted || bondMor > 0n) must(openMor <= bondMor, `${router} is not covered`);
    }
  }),
  ofDays('I21 what fell never comes back, what is final stays, what is held waits', (days, _, before, after) => {
    before.books.forEach((old, i) => {
      const { status } = after.books[i]!;
      const isHeld = [before, after].every((state) => (routerOf(days, state, i)?.heldAt ?? 0n) !== 0n);
      if (old.status === BookStatus.Fallen) same(status, BookStatus.Fallen, `book ${i}`);
      if (old.status === BookStatus.Final) same(status, BookStatus.Final, `book ${i}`);
      if (isHeld && isPending(old)) must(status !== BookStatus.Final, `book ${i} became final under a hold`);
      const isCancelled = routerOf(days, before, i)?.state === RouterState.Cancelled;
      if (isCancelled && isPending(old)) must(status !== BookStatus.Final, `book ${i} became final after all`);
    });
  }),
  ofDays('I22 what an honest book credits stands in receipts that both sides counted', (days, world) => {
    for (const { args } of eventsOf(world, 'RequestCreditsClaimed')) {
      const { router, day, provider, creditedMor } = args.toObject();
      const book = days.books.find((each) => each.router.address === router && each.day === Number(day))!;
      if (book.kind !== 'honest') continue;
      const own = book.answers.filter(({ ticket }) => ticket.provider === provider);
      for (const { tokens, receipt, report } of own) must(tokens <= receipt.tokens && tokens <= report.tokens);
      same(creditedMor, sum(own.map(({ tokens, pricePerTokenMor }) => tokens * pricePerTokenMor)), provider);
    }
  }),
  ofDays('I24 MaxT, AccessRate and UserMax are those of the reference model', (days, world, _, state) => {
    const { today, access, accounts } = state;
    if (today.openedAt === 0n) return;
    const { protocol } = days.market;
    const { supplyMor, budgetMor } = today;
    same(access.maxTokens, protocol.maxTokensOf(budgetMor, access.referencePriceMor), 'MaxT');
    same(access.accessRate, protocol.accessRate(access.maxTokens, supplyMor), 'AccessRate');
    world.users.forEach((_user, i) => {
      const { countedMor } = accounts.Access[i]!;
      same(access.userMax[i], protocol.userMax({ maxTokens: access.maxTokens, countedMor, supplyMor }), `user ${i}`);
    });
  }),
  ofDays('I24 what a router may credit a user is that of the reference model', (days, world, _, state) => {
    const { today, access, accounts } = state;
    if (today.openedAt === 0n) return;
    const { supplyMor, budgetMor } = today;
    for (const { shareBps, userMaxMor } of access.caps) {
      const wanted = world.users.map((_user, i) => {
        const { countedMor } = accounts.Access[i]!;
        return days.market.protocol.userMaxMor({ budgetMor, countedMor, shareBps, supplyMor });
      });
      same(userMaxMor, wanted, 'caps');
    }
    must(sum(access.caps.map(({ shareBps }) => shareBps)) <= BPS, 'shares of the day');
  }),
  ofDays('I25 all UserMax together are at most MaxT', (_, __, ___, { access }) => {
    must(sum(access.userMax) <= access.maxTokens);
  }),
  ofDays('I31 incentives are at most the pots of the day, and at most what was earned', (days, world, _, { books }) => {
    for (const { args } of eventsOf(world, 'RequestCreditsClaimed')) {
      must(args['incentiveMor'] <= args['creditedMor'], 'more incentive than earned');
    }
    for (const day of new Set(days.books.map((book) => book.day))) {
      const places = days.books.flatMap((book, i) => (book.day === day ? [i] : []));
      for (const i of places) must(incentiveOf(days, i) <= books[i]!.potMor, `pot of book ${i}`);
      const scheduleMor = days.market.protocol.scheduledTotalOfDay(days.market.protocol.ARBITRUM_SCHEDULE, BigInt(day));
      must(sum(places.map((i) => incentiveOf(days, i))) <= (scheduleMor * POT_BPS) / BPS, `pots of day ${day}`);
    }
  }),
  ofDays('T5 nobody is promised more of a day than the share of the stake that counted', (days, world) => {
    for (const [day, { accounts, today }] of world.lastOfDay) {
      if (today.openedAt === 0n) continue;
      world.users.forEach(({ address }, i) => {
        const honest = days.books.filter((book) => book.day === day && book.kind === 'honest');
        const creditedMor = sum(honest.map(({ running }) => running.get(address)?.runningMor ?? 0n));
        const countedMor = accounts.Session[i]!.countedMor + accounts.Access[i]!.countedMor;
        const promisedMor = accounts.Session[i]!.usedMor + creditedMor;
        must(promisedMor * today.supplyMor <= today.budgetMor * countedMor, `user ${i} on day ${day}`);
      });
    }
  }),
  ofDays('T5 the ring gets at most twice its share, launch incentive included', (days, world) => {
    if (eventsOf(world, 'RequestCreditsClaimed').length === 0) return;
    const { otherUser: user, otherProvider: provider } = days.market;
    const place = world.users.findIndex(({ address }) => address === user.address);
    for (const [day, { accounts, today }] of world.lastOfDay) {
      if (today.openedAt === 0n) continue;
      const honest = days.books.filter((book) => book.day === day && book.kind === 'honest');
      const drawnMor = honest.map(
        (book) =>
          (book.running.get(user.address)?.runningMor ?? 0n) + ringIncentiveOf(book, user.address, provider.address),
      );
      const [session, access] = [accounts.Session[place]!, accounts.Access[place]!]; // users of the walk
      const promisedMor = session.usedMor + sum(drawnMor);
      must(
        promisedMor * today.supplyMor <= 2n * today.budgetMor * (session.countedMor + access.countedMor),
        `day ${day}`,
      );
    }
  }),
  ofDays('T3 a false book takes at most its cap and the bond its router had', (days, _, __, { books }) => {
    books.forEach(({ claimedMor, totalMor, potMor, status }, i) => {
      const { kind, capMor, bondMor } = days.books[i]!; // books are begun here
      if (kind === 'honest' || status === BookStatus.Fallen) return;
      must(claimedMor <= totalMor && totalMor <= capMor, `book ${i} is above its cap`);
      must(exposedMor(totalMor, potMor) <= bondMor, `book ${i} is above the bond`);
    });
  }),
];

const incentiveOf = (days: Days, i: number): bigint => sum([...days.books[i]!.claimed.values()]);

/** The part of a provider's incentive that the requests of its own user brought, rounded up [MOR-wei]. */
function ringIncentiveOf({ answers, claimed }: WalkBook, user: string, provider: string): bigint {
  const earned = answers.filter(({ ticket }) => ticket.provider === provider);
  const dayMor = sum(earned.map(({ amountMor }) => amountMor));
  const ownMor = sum(earned.filter(({ rfc }) => rfc.user === user).map(({ amountMor }) => amountMor));
  return dayMor === 0n ? 0n : ((claimed.get(provider) ?? 0n) * ownMor + dayMor - 1n) / dayMor;
}
